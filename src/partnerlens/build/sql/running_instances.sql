-- Production instances at customers credited (usage), with the months at whose end both hold
-- (decisions.md 2, "production_instances").
--
-- An instance runs from the month it was deployed in to the month before the one it was retired in.
WITH runs AS (
    SELECT
        i.customer_no,
        i.product_no,
        greatest(
            CAST(extract(YEAR FROM i.deployed_on) * 12 + extract(MONTH FROM i.deployed_on) - 1 AS INTEGER),
            span.first_month
        ) AS run_first,
        least(
            coalesce(
                CAST(extract(YEAR FROM i.retired_on) * 12 + extract(MONTH FROM i.retired_on) - 2 AS INTEGER),
                span.last_month
            ),
            span.last_month
        ) AS run_last
    FROM instances i
    CROSS JOIN span
    WHERE i.kind = 'production'
),
running AS (
    SELECT runs.customer_no, runs.product_no, run_end.bit * 2 - run_start.bit AS months
    FROM runs
    JOIN months run_start ON run_start.month = runs.run_first
    JOIN months run_end ON run_end.month = runs.run_last
    WHERE runs.run_first <= runs.run_last
)
SELECT
    credit.partner_no,
    running.product_no,
    c.country,
    running.months & credit.usage AS held,
    count(*) AS instances
FROM running
JOIN customer_credit credit ON credit.customer_no = running.customer_no
JOIN customers c ON c.customer_no = running.customer_no
WHERE running.months & credit.usage <> 0
GROUP BY credit.partner_no, running.product_no, c.country, running.months & credit.usage
