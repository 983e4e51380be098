-- The users of the months that become the month a year before as months go by: how many there are by customer, product
-- and month, as the build counts them. They count in later months only.
WITH {% include '_growth_products.sql' %}
SELECT
    terms.side,
    TRUE AS only_counted,
    coalesce(terms.reason, 'active_user') AS counted_reason,
    counted.unpaid_reason AS early_reason,
    TRUE AS in_filter,
    terms.month,
    counted.credit_t,
    used.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(terms.sign * used.users * counted.rate AS DECIMAL(38, 18)) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM product_users used
JOIN terms ON terms.month = used.month AND terms.is_later
JOIN counted ON counted.customer_no = used.customer_no AND counted.product_no = used.product_no AND counted.t = terms.t
JOIN kept_products p ON p.product_no = used.product_no
JOIN kept_customers c ON c.customer_no = used.customer_no
WHERE counted.rate IS NOT NULL
