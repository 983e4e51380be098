{% from '_row.sql' import row -%}
-- D-13: customers whose name is hidden, or is their id.
WITH hidden AS (
    SELECT DISTINCT c.customer_no
    FROM customers c
    JOIN masked_names m ON lower(c.name) LIKE m.pattern
    UNION
    SELECT c.customer_no
    FROM customers c
    WHERE c.name = c.customer_id
)
SELECT
    {{ row(partner='o.partner_no', customer='o.customer_no') }}
FROM own_customers o
JOIN hidden h ON h.customer_no = o.customer_no
CROSS JOIN asked
