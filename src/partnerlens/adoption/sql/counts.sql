-- Monthly counts of feeds without users: they add up over workloads, so that one user of several services counts for
-- each of them (D-09e). The largest of them is the least that there can be.
SELECT
    m.t,
    a.customer_no,
    a.product_no,
    sum(a.active_users) AS users,
    sum(CASE WHEN w.is_social THEN 0 ELSE a.active_users END) AS elsewhere,
    max(a.active_users) AS largest,
    max(CASE WHEN w.is_social THEN 0 ELSE a.active_users END) AS largest_elsewhere,
    count(*) AS services
FROM activity_monthly a
JOIN months m ON m.month = a.month AND m.is_result
JOIN kept_workloads w ON w.workload_no = a.workload_no AND w.takes_use
WHERE a.active_users > 0
GROUP BY m.t, a.customer_no, a.product_no
