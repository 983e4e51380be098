-- Distinct users of each customer's product in the 28 days that end with each month, and those among them who used
-- more than the social workloads.
SELECT
    d.t,
    a.customer_no,
    a.product_no,
    count(DISTINCT a.user_no) AS users,
    count(DISTINCT CASE WHEN w.is_social THEN NULL ELSE a.user_no END) AS elsewhere
FROM activity a
JOIN use_days d ON d.day = a.date
JOIN kept_workloads w ON w.workload_no = a.workload_no AND w.takes_use
WHERE a.intentional
GROUP BY d.t, a.customer_no, a.product_no
