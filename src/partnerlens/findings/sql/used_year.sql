-- The distinct active users of each customer within the window; of a feed without users the largest count.
WITH counts AS (
    SELECT s.customer_no, count(DISTINCT s.user_no) AS users
    FROM seen_users s
    CROSS JOIN asked
    WHERE s.t > asked.base_t
    GROUP BY s.customer_no
    UNION ALL
    SELECT u.customer_no, max(u.users)
    FROM used u
    CROSS JOIN asked
    WHERE u.t > asked.base_t
    GROUP BY u.customer_no
)
SELECT customer_no, max(users) AS users
FROM counts
GROUP BY customer_no
