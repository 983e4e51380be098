{% from '_row.sql' import row -%}
-- D-12: customers of one group that lie in several countries: their market may be that of the group's parent.
WITH mine AS (
    SELECT o.partner_no, o.customer_no, c.top_parent_id, c.country
    FROM own_customers o
    JOIN customers c ON c.customer_no = o.customer_no
    WHERE c.top_parent_id IS NOT NULL
),
spread AS (
    SELECT partner_no, top_parent_id
    FROM mine
    GROUP BY partner_no, top_parent_id
    HAVING min(country) < max(country)
)
SELECT
    {{ row(partner='m.partner_no', customer='m.customer_no', item='m.top_parent_id', note='m.country') }}
FROM mine m
JOIN spread s ON s.partner_no = m.partner_no AND s.top_parent_id = m.top_parent_id
CROSS JOIN asked
