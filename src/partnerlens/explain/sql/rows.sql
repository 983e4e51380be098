{% from '_written.sql' import written -%}
-- The rows with the columns of every explanation, months as texts.
SELECT
    asked.subject AS metric,
    f.side,
    f.counted,
    f.reason,
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
    {{ written('asked.data_month + lasting.months') }} AS leaves_in,
    f.note
FROM found f
CROSS JOIN asked
JOIN lasting ON lasting.ahead = f.ahead
WHERE f.reason IS NOT NULL
