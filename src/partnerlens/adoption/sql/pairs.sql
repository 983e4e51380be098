-- The lines of the data month by workload: a product's licences count for each of its workloads, and the users of each.
WITH here AS (
    SELECT lines.*
    FROM lines
    JOIN asked ON asked.t = lines.t
    WHERE lines.is_seen
),
by_users AS (
    SELECT a.customer_no, a.product_no, w.group_name, count(DISTINCT a.user_no) AS users
    FROM activity a
    JOIN use_days d ON d.day = a.date
    JOIN asked ON asked.t = d.t
    JOIN kept_workloads w ON w.workload_no = a.workload_no AND w.takes_use
    WHERE a.intentional
    GROUP BY a.customer_no, a.product_no, w.group_name
),
by_counts AS (
    SELECT a.customer_no, a.product_no, w.group_name, sum(a.active_users) AS users
    FROM activity_monthly a
    JOIN asked ON asked.data_month = a.month
    JOIN kept_workloads w ON w.workload_no = a.workload_no AND w.takes_use
    GROUP BY a.customer_no, a.product_no, w.group_name
),
used AS (
    SELECT
        here.customer_no,
        here.product_no,
        g.group_name,
        here.method,
        here.own_method,
        here.sold,
        here.assigned,
        here.measured,
        here.own_sold,
        here.own_assigned,
        here.own_measured,
        CASE
            WHEN here.measured = 0 THEN NULL
            WHEN here.method = 'users_28_days' THEN coalesce(by_users.users, 0)
            WHEN here.method = 'monthly_counts' THEN coalesce(by_counts.users, 0)
            WHEN g.is_only THEN here.active
        END AS active,
        CASE WHEN g.is_only THEN here.own_active END AS own_active_seats
    FROM here
    JOIN product_groups g ON g.product_no = here.product_no
    LEFT JOIN by_users
        ON by_users.customer_no = here.customer_no
        AND by_users.product_no = here.product_no
        AND by_users.group_name = g.group_name
    LEFT JOIN by_counts
        ON by_counts.customer_no = here.customer_no
        AND by_counts.product_no = here.product_no
        AND by_counts.group_name = g.group_name
),
shared AS (
    SELECT
        used.*,
        CASE
            WHEN used.own_sold = 0 THEN NULL
            WHEN used.own_method = 'active_seats' THEN used.own_active_seats
            WHEN used.own_method IS NOT NULL THEN used.active
        END AS own_active
    FROM used
)
SELECT
    c.customer_id,
    c.name AS customer_name,
    c.country,
    p.product_id,
    p.name AS product_name,
    p.family,
    shared.group_name AS workload,
    shared.method,
    shared.sold,
    shared.assigned,
    CAST(shared.active AS BIGINT) AS active,
    CASE WHEN shared.active IS NULL THEN 0 ELSE shared.measured END AS measured,
    shared.own_method,
    shared.own_sold,
    shared.own_assigned,
    CAST(shared.own_active AS BIGINT) AS own_active,
    CASE WHEN shared.own_active IS NULL THEN 0 ELSE shared.own_measured END AS own_measured
FROM shared
JOIN customers c ON c.customer_no = shared.customer_no
JOIN products p ON p.product_no = shared.product_no
