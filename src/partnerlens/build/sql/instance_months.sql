-- Production instances with the months at whose end they run: from the month an instance was deployed in to the
-- month before the one it was retired in.
WITH runs AS (
    SELECT
        i.instance_id,
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
)
SELECT runs.instance_id, runs.customer_no, runs.product_no, run_end.bit * 2 - run_start.bit AS months
FROM runs
JOIN months run_start ON run_start.month = runs.run_first
JOIN months run_end ON run_end.month = runs.run_last
WHERE runs.run_first <= runs.run_last
