-- Candidates of growth from feeds without users: each count of a customer, product, workload and month.
WITH {% include '_growth_products.sql' %}
SELECT
    terms.side,
    terms.only_counted,
    coalesce(terms.reason, 'reported_users') AS counted_reason,
    CASE WHEN counted.rate IS NULL THEN counted.reason ELSE counted.unpaid_reason END AS early_reason,
    TRUE AS in_filter,
    terms.month,
    counted.credit_t,
    a.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    p.product_id,
    w.workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(terms.sign * a.active_users * coalesce(counted.rate, 1) AS DECIMAL(38, 18)) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM activity_monthly a
JOIN terms ON terms.month = a.month AND NOT terms.is_later
JOIN counted ON counted.customer_no = a.customer_no AND counted.product_no = a.product_no AND counted.t = terms.t
JOIN kept_products p ON p.product_no = a.product_no
JOIN kept_workloads w ON w.workload_no = a.workload_no
JOIN kept_customers c ON c.customer_no = a.customer_no
WHERE a.active_users > 0
