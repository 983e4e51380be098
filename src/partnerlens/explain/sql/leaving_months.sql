{% from '_written.sql' import written -%}
-- What leaves and comes in each later month, by side: how many rows, of how many customers, and the exact change.
SELECT
    {{ written('asked.data_month + turns.months') }} AS month,
    f.side,
    CAST(sum(CASE WHEN turns.leaves THEN 1 ELSE 0 END) AS BIGINT) AS leaves,
    count(DISTINCT CASE WHEN turns.leaves THEN f.customer_id END) AS customers,
    CAST(sum(CASE WHEN turns.leaves THEN 0 ELSE 1 END) AS BIGINT) AS comes,
    sum(CASE WHEN turns.leaves THEN -f.amount ELSE f.amount END) AS difference
FROM found f
CROSS JOIN asked
JOIN turns ON turns.ahead = f.ahead
GROUP BY asked.data_month, turns.months, f.side
