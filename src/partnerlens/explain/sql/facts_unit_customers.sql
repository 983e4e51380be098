-- Candidates of qualifying units for want of credit: the partner's customers at the end of the data month.
SELECT
    'numerator' AS side,
    FALSE AS only_counted,
    'qualifies' AS counted_reason,
    CAST(NULL AS VARCHAR) AS early_reason,
    TRUE AS in_filter,
    asked.data_month AS month,
    m.t AS credit_t,
    c.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    CAST(NULL AS VARCHAR) AS product_id,
    CAST(NULL AS VARCHAR) AS workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(1 AS DECIMAL(38, 18)) AS amount,
    CAST(0 AS BIGINT) AS ahead,
    CAST(NULL AS VARCHAR) AS note
FROM kept_customers c
CROSS JOIN asked
JOIN months m ON m.month = asked.data_month
