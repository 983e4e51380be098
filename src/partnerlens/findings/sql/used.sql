-- The active users of each customer and month, from the month a year before on; feeds without users report counts.
WITH counts AS (
    SELECT customer_no, t, count(*) AS users
    FROM seen_users
    GROUP BY customer_no, t
    UNION ALL
    SELECT a.customer_no, m.t, a.active_users
    FROM activity_monthly a
    JOIN months m ON m.month = a.month
    CROSS JOIN asked
    WHERE m.t >= asked.base_t
)
SELECT customer_no, t, CAST(sum(users) AS BIGINT) AS users
FROM counts
GROUP BY customer_no, t
HAVING sum(users) > 0
