-- What may explain each line with more active than entitled licences.
SELECT
    c.customer_id,
    p.product_id,
    coalesce(turnover.moved, 0) AS moved,
    coalesce(beside.ended_seats, 0) AS ended_seats,
    coalesce(beside.unsold_seats, 0) AS unsold_seats,
    CAST(
        CASE o.method
            WHEN 'users_28_days' THEN users.elsewhere
            WHEN 'monthly_counts' THEN counts.elsewhere
            ELSE o.active
        END AS BIGINT
    ) AS elsewhere,
    CAST(CASE WHEN o.method = 'monthly_counts' THEN counts.largest ELSE o.active END AS BIGINT) AS largest,
    CAST(CASE WHEN o.method = 'monthly_counts' THEN counts.largest_elsewhere ELSE o.active END AS BIGINT)
        AS largest_elsewhere,
    CAST(CASE WHEN o.method = 'monthly_counts' THEN counts.services ELSE 1 END AS BIGINT) AS services
FROM over_lines o
CROSS JOIN asked
JOIN customers c ON c.customer_no = o.customer_no
JOIN products p ON p.product_no = o.product_no
LEFT JOIN turnover ON turnover.customer_no = o.customer_no AND turnover.product_no = o.product_no
LEFT JOIN beside
    ON o.method <> 'active_seats'
    AND beside.customer_no = o.customer_no
    AND beside.product_no = o.product_no
LEFT JOIN users ON users.t = asked.t AND users.customer_no = o.customer_no AND users.product_no = o.product_no
LEFT JOIN counts ON counts.t = asked.t AND counts.customer_no = o.customer_no AND counts.product_no = o.product_no
