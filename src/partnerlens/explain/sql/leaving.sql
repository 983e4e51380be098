{% from '_written.sql' import written -%}
-- What changes a number in later months if nothing is added: the rows that leave it and those that come to it, each with
-- the month, the cause and the exact change; with the columns of every explanation.
SELECT
    asked.subject AS metric,
    f.side,
    f.counted,
    coalesce(f.reason, f.counted_reason) AS reason,
    {{ written('f.month') }} AS month,
    f.customer_id,
    f.customer_name,
    f.country,
    f.subscription_id,
    f.product_id,
    f.workload,
    f.item,
    f.association,
    f.location,
    f.amount,
    {{ written('asked.data_month + turns.months') }} AS leaves_in,
    f.note,
    CASE WHEN turns.leaves THEN 'leaves' ELSE 'comes' END AS change,
    f.cause,
    CASE WHEN turns.leaves THEN -f.amount ELSE f.amount END AS difference
FROM found f
CROSS JOIN asked
JOIN turns ON turns.ahead = f.ahead
