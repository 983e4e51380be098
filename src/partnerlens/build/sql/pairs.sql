-- The pairs of product and workload that were used; each gets a bit of a set.
SELECT DISTINCT product_no, workload_no FROM user_state
UNION
SELECT DISTINCT product_no, workload_no FROM activity_monthly
