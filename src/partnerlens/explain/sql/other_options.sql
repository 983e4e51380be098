-- The rows that count for another option of the indicator than the one that is explained.
SELECT
    side,
    FALSE AS counted,
    'not_best_option' AS reason,
    counted_reason,
    month,
    customer_id,
    customer_name,
    country,
    subscription_id,
    product_id,
    workload,
    item,
    min(association) AS association,
    min(location) AS location,
    min(amount) AS amount,
    CAST(0 AS BIGINT) AS ahead,
    CAST(NULL AS VARCHAR) AS cause,
    string_agg(DISTINCT option_id, ';' ORDER BY option_id) AS note
FROM (
    {% for name in relations %}{{ 'UNION ALL ' if not loop.first }}SELECT made.*, o.option_id
    FROM {{ name }} made
    JOIN other_options o ON o.relation = '{{ name }}'
    WHERE made.counted
    {% endfor %}
) AS others
WHERE NOT EXISTS (
    SELECT 1
    FROM found_option f
    WHERE
        f.counted
        AND f.side = others.side
        AND f.month = others.month
        AND coalesce(f.customer_id, '') = coalesce(others.customer_id, '')
        AND coalesce(f.subscription_id, '') = coalesce(others.subscription_id, '')
        AND coalesce(f.product_id, '') = coalesce(others.product_id, '')
        AND coalesce(f.workload, '') = coalesce(others.workload, '')
        AND coalesce(f.item, '') = coalesce(others.item, '')
)
GROUP BY
    side,
    counted_reason,
    month,
    customer_id,
    customer_name,
    country,
    subscription_id,
    product_id,
    workload,
    item
