-- The rows with the columns of every explanation, months as texts.
{% macro written(month) -%}
lpad(CAST(CAST(floor({{ month }} / 12) AS INTEGER) AS VARCHAR), 4, '0')
    || '-'
    || lpad(CAST({{ month }} % 12 + 1 AS VARCHAR), 2, '0')
{%- endmacro %}
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
    {{ written('f.leaves') }} AS leaves_in,
    f.note
FROM found f
CROSS JOIN asked
