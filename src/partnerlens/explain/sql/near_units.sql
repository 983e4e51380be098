-- The customers that measure nothing because the partner is not credited for them; of several conditions the one that
-- comes nearest to crediting speaks.
WITH every AS (
    {% for name in relations %}{{ 'UNION ALL ' if not loop.first }}SELECT * FROM {{ name }}
    {% endfor %}
),
measured AS (
    SELECT c.customer_id
    FROM unit_values v
    JOIN kept_customers c ON c.customer_no = v.customer_no
),
ranked AS (
    SELECT
        every.*,
        row_number() OVER (
            PARTITION BY every.customer_id
            ORDER BY p.place ASC NULLS LAST, every.association ASC NULLS LAST, every.note ASC NULLS LAST
        ) AS rank_of_customer
    FROM every
    JOIN precedence p ON p.reason = every.reason
    WHERE NOT every.counted AND every.customer_id NOT IN (SELECT customer_id FROM measured)
)
SELECT
    side,
    counted,
    reason,
    counted_reason,
    month,
    customer_id,
    customer_name,
    country,
    subscription_id,
    product_id,
    workload,
    item,
    association,
    location,
    amount,
    ahead,
    cause,
    note
FROM ranked
WHERE rank_of_customer = 1
