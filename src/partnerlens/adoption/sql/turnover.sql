-- How many licences may have gone from one user to another within the 28 days (D-09a): users who came within them, at
-- most one for each user who was there before and was not seen again after.
WITH people AS (
    SELECT
        a.customer_no,
        a.product_no,
        a.user_no,
        max(CASE WHEN a.date < asked.use_from THEN 1 ELSE 0 END) AS was_there,
        min(CASE WHEN a.date >= asked.use_from THEN a.date END) AS first_day,
        max(CASE WHEN a.date >= asked.use_from THEN a.date END) AS last_day
    FROM activity a
    CROSS JOIN asked
    JOIN over_lines o ON o.customer_no = a.customer_no AND o.product_no = a.product_no
    JOIN kept_workloads w ON w.workload_no = a.workload_no AND w.takes_use
    WHERE a.intentional AND a.date <= asked.use_to AND o.method = 'users_28_days'
    GROUP BY a.customer_no, a.product_no, a.user_no
),
edges AS (
    SELECT
        customer_no,
        product_no,
        max(CASE WHEN was_there = 0 THEN first_day END) AS last_came,
        min(CASE WHEN was_there = 1 THEN last_day END) AS first_left
    FROM people
    WHERE last_day IS NOT NULL
    GROUP BY customer_no, product_no
),
turned AS (
    SELECT
        people.customer_no,
        people.product_no,
        sum(CASE WHEN people.was_there = 0 AND people.first_day > edges.first_left THEN 1 ELSE 0 END) AS came,
        sum(CASE WHEN people.was_there = 1 AND people.last_day < edges.last_came THEN 1 ELSE 0 END) AS went
    FROM people
    JOIN edges ON edges.customer_no = people.customer_no AND edges.product_no = people.product_no
    WHERE people.last_day IS NOT NULL
    GROUP BY people.customer_no, people.product_no
)
SELECT customer_no, product_no, CAST(least(came, went) AS BIGINT) AS moved
FROM turned
