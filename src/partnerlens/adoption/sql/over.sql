-- The lines of the data month with more active than entitled licences (D-09).
SELECT lines.customer_no, lines.product_no, lines.method, lines.active, lines.measured
FROM lines
JOIN asked ON asked.t = lines.t
WHERE lines.is_seen AND lines.active > lines.measured
