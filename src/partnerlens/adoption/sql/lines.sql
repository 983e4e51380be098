-- Licences sold, assigned and active by month, customer and product: of all partners, and the partner's own.
--
-- Active is counted from users where the feed has them, from monthly counts where it has those, else from the active
-- seats of the subscriptions; `measured` are the sold licences whose use is known. Users say nothing about the
-- subscription, so a product that a customer has from several partners is split by active seats or not at all.
WITH summed AS (
    SELECT
        l.t,
        l.customer_no,
        l.product_no,
        sum(l.sold) AS sold,
        sum(l.assigned) AS assigned,
        sum(l.active) AS active,
        sum(CASE WHEN l.active IS NULL THEN 0 ELSE l.sold END) AS measured,
        sum(CASE WHEN l.is_own THEN l.sold ELSE 0 END) AS own_sold,
        sum(CASE WHEN l.is_own THEN l.assigned ELSE 0 END) AS own_assigned,
        sum(CASE WHEN l.is_own THEN l.active END) AS own_active,
        sum(CASE WHEN l.is_own AND l.active IS NOT NULL THEN l.sold ELSE 0 END) AS own_measured,
        max(CASE WHEN l.is_own THEN 0 ELSE 1 END) = 0 AS is_all_own
    FROM licences l
    WHERE l.is_counted
    GROUP BY l.t, l.customer_no, l.product_no
),
known AS (
    SELECT customer_no, product_no, max(CASE WHEN active IS NULL THEN 0 ELSE 1 END) AS seats
    FROM licences
    WHERE is_counted
    GROUP BY customer_no, product_no
),
told AS (
    SELECT
        known.customer_no,
        known.product_no,
        CASE
            WHEN feeds.users = 1 THEN 'users_28_days'
            WHEN feeds.counts = 1 THEN 'monthly_counts'
            WHEN known.seats = 1 THEN 'active_seats'
            WHEN asked.has_users THEN 'users_28_days'
            WHEN asked.has_counts THEN 'monthly_counts'
        END AS method
    FROM known
    CROSS JOIN asked
    LEFT JOIN feeds ON feeds.customer_no = known.customer_no AND feeds.product_no = known.product_no
),
used AS (
    SELECT
        summed.t,
        summed.customer_no,
        summed.product_no,
        summed.sold,
        summed.assigned,
        summed.own_sold,
        summed.own_assigned,
        told.method,
        CASE
            WHEN told.method IS NULL OR told.method = 'active_seats' OR summed.is_all_own THEN told.method
            WHEN summed.own_measured > 0 THEN 'active_seats'
        END AS own_method,
        CASE told.method
            WHEN 'users_28_days' THEN coalesce(users.users, 0)
            WHEN 'monthly_counts' THEN coalesce(counts.users, 0)
            WHEN 'active_seats' THEN summed.active
        END AS active,
        CASE WHEN told.method IS NULL THEN 0 WHEN told.method = 'active_seats' THEN summed.measured ELSE summed.sold END
            AS measured,
        summed.own_active AS own_active_seats,
        summed.own_measured AS own_measured_seats
    FROM summed
    JOIN told ON told.customer_no = summed.customer_no AND told.product_no = summed.product_no
    LEFT JOIN users
        ON users.t = summed.t AND users.customer_no = summed.customer_no AND users.product_no = summed.product_no
    LEFT JOIN counts
        ON counts.t = summed.t AND counts.customer_no = summed.customer_no AND counts.product_no = summed.product_no
)
SELECT
    used.t,
    used.customer_no,
    used.product_no,
    seen.customer_no IS NOT NULL AS is_seen,
    used.method,
    CAST(used.sold AS BIGINT) AS sold,
    CAST(used.assigned AS BIGINT) AS assigned,
    CAST(CASE WHEN used.measured > 0 THEN used.active END AS BIGINT) AS active,
    CAST(used.measured AS BIGINT) AS measured,
    used.own_method,
    CAST(used.own_sold AS BIGINT) AS own_sold,
    CAST(used.own_assigned AS BIGINT) AS own_assigned,
    CAST(
        CASE
            WHEN used.own_method = 'active_seats' AND used.own_measured_seats > 0 THEN used.own_active_seats
            WHEN used.own_method <> 'active_seats' AND used.own_sold > 0 THEN used.active
        END AS BIGINT
    ) AS own_active,
    CAST(
        CASE
            WHEN used.own_method = 'active_seats' THEN used.own_measured_seats
            WHEN used.own_method IS NOT NULL THEN used.own_sold
            ELSE 0
        END AS BIGINT
    ) AS own_measured
FROM used
JOIN months m ON m.t = used.t
LEFT JOIN seen ON seen.customer_no = used.customer_no AND seen.months & m.bit <> 0
