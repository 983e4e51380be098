-- The active users of each month by customer and product: distinct users who acted with intent, in any workload,
-- and the counts of feeds without users, which add up over workloads (decisions.md 4, "MAU(tenant, m)").
WITH seen AS (
    SELECT DISTINCT a.customer_no, a.product_no, days.t, a.user_no
    FROM activity a
    JOIN days ON days.day = a.date
    JOIN months m ON m.t = days.t AND m.is_counted
    WHERE a.intentional
),
counts AS (
    SELECT customer_no, product_no, t, count(*) AS counted
    FROM seen
    GROUP BY customer_no, product_no, t
    UNION ALL
    SELECT a.customer_no, a.product_no, m.t, a.active_users
    FROM activity_monthly a
    JOIN months m ON m.month = a.month AND m.is_counted
)
SELECT customer_no, product_no, t, CAST(sum(counted) AS BIGINT) AS users
FROM counts
GROUP BY customer_no, product_no, t
HAVING sum(counted) > 0
