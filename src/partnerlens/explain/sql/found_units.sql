-- The qualifying units: those that count, now and a year before as the indicator compares them (`unit_terms`); those that
-- measure something but do not count; and the customers that the partner is not credited for. The note says what a unit
-- measures at the data month.
WITH told AS (
    SELECT
        customer_no,
        product_no,
        string_agg(told, ', ' ORDER BY told) AS note,
        min(CASE verdict WHEN 'kept' THEN NULL ELSE verdict END) AS verdict
    FROM unit_values
    GROUP BY customer_no, product_no
),
units AS (
    SELECT
        terms.side,
        terms.ahead & 1 <> 0 AS counted,
        CASE
            WHEN terms.ahead & 1 <> 0 THEN coalesce(terms.reason, 'qualifies')
            WHEN NOT terms.tells_near THEN NULL
            ELSE coalesce(terms.near_reason, told.verdict, 'below_minimum')
        END AS reason,
        coalesce(terms.reason, 'qualifies') AS counted_reason,
        asked.data_month - CASE WHEN terms.is_then THEN 12 ELSE 0 END AS month,
        sets.customer_no,
        sets.product_no,
        terms.sign AS amount,
        terms.ahead,
        CASE WHEN terms.is_then THEN 'base_month' ELSE 'window' END AS cause,
        CASE WHEN terms.is_then THEN NULL ELSE told.note END AS note
    FROM unit_sets sets
    CROSS JOIN asked
    JOIN unit_terms terms ON terms.sets = sets.sets
    LEFT JOIN told ON told.customer_no = sets.customer_no AND told.product_no = sets.product_no
)
SELECT
    units.side,
    units.counted,
    units.reason,
    units.counted_reason,
    units.month,
    c.customer_id,
    c.customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(NULL AS VARCHAR) AS association,
    CAST(NULL AS VARCHAR) AS location,
    CAST(units.amount AS DECIMAL(38, 18)) AS amount,
    units.ahead,
    units.cause,
    units.note
FROM units
LEFT JOIN (SELECT customer_no, customer_id, name AS customer_name, country FROM kept_customers) AS c
    ON c.customer_no = units.customer_no
LEFT JOIN kept_products p ON p.product_no = units.product_no
WHERE units.reason IS NOT NULL OR units.ahead <> 0
