-- The lines of the data month at the customers that are seen, with names.
SELECT
    c.customer_id,
    c.name AS customer_name,
    c.country,
    p.product_id,
    p.name AS product_name,
    p.family,
    lines.method,
    lines.sold,
    lines.assigned,
    lines.active,
    lines.measured,
    lines.own_method,
    lines.own_sold,
    lines.own_assigned,
    lines.own_active,
    lines.own_measured
FROM lines
JOIN asked ON asked.t = lines.t
JOIN customers c ON c.customer_no = lines.customer_no
JOIN products p ON p.product_no = lines.product_no
WHERE lines.is_seen
