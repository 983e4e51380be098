-- The months at whose end each association holds, as a mask (one row per association key).
--
-- It holds at the end of m when it covers the last day of m, or the subscription's last day in m
-- (decisions.md 1, "active"). The first kind is an unbroken run of months: from the month of the start
-- to the month before the day after the end. The run is cut to the months of this build.
WITH runs AS (
    SELECT
        a.partner_no,
        a.subscription_no,
        a.type,
        a.claim,
        greatest(
            CAST(extract(YEAR FROM a.start_date) * 12 + extract(MONTH FROM a.start_date) - 1 AS INTEGER),
            span.first_month
        ) AS run_first,
        least(
            coalesce(
                CAST(
                    extract(YEAR FROM a.end_date + INTERVAL '1' DAY) * 12
                    + extract(MONTH FROM a.end_date + INTERVAL '1' DAY) - 2
                    AS INTEGER
                ),
                span.last_month
            ),
            span.last_month
        ) AS run_last,
        CASE
            WHEN s.end_date >= a.start_date AND (a.end_date IS NULL OR a.end_date >= s.end_date)
            THEN CAST(extract(YEAR FROM s.end_date) * 12 + extract(MONTH FROM s.end_date) - 1 AS INTEGER)
        END AS closing_month
    FROM associations a
    JOIN subscriptions s ON s.subscription_no = a.subscription_no
    CROSS JOIN span
)
SELECT
    runs.partner_no,
    runs.subscription_no,
    runs.type,
    runs.claim,
    (CASE WHEN runs.run_first <= runs.run_last THEN run_end.bit * 2 - run_start.bit ELSE 0 END)
    | coalesce(closing.bit, 0) AS active
FROM runs
LEFT JOIN months run_start ON run_start.month = runs.run_first
LEFT JOIN months run_end ON run_end.month = runs.run_last
LEFT JOIN months closing ON closing.month = runs.closing_month
