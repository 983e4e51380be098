-- Candidates of users by month from feeds without users: each count of a customer, product, workload and month.
SELECT
    'numerator' AS side,
    FALSE AS only_counted,
    'reported_users' AS counted_reason,
    CASE WHEN a.month < asked.first_month THEN 'outside_window' END AS early_reason,
    p.takes_use AND w.takes_use AND c.is_kept AS in_filter,
    a.month,
    m.t AS credit_t,
    a.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    p.product_id,
    w.workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(a.active_users AS DECIMAL(38, 18)) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM activity_monthly a
CROSS JOIN asked
JOIN months m ON m.month = a.month
JOIN terms ON terms.t = m.t
JOIN kept_products p ON p.product_no = a.product_no
JOIN kept_workloads w ON w.workload_no = a.workload_no
JOIN kept_customers c ON c.customer_no = a.customer_no
WHERE a.active_users > 0
