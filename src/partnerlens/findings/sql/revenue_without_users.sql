{% from '_row.sql' import row -%}
-- D-01: customers whose revenue counts, and where nobody acted with intent in the window.
WITH revenue AS (
    SELECT b.partner_no, b.customer_no, sum(b.amount) AS amount
    FROM credited_billed b
    GROUP BY b.partner_no, b.customer_no
    HAVING sum(b.amount) > 0
),
channels AS (
    SELECT b.partner_no, b.customer_no, string_agg(DISTINCT s.channel, ';' ORDER BY s.channel) AS channels
    FROM credited_billed b
    JOIN subscriptions s ON s.subscription_no = b.subscription_no
    WHERE b.amount <> 0
    GROUP BY b.partner_no, b.customer_no
)
SELECT
    {{ row(partner='r.partner_no', customer='r.customer_no', amount='r.amount', note='c.channels') }}
FROM revenue r
JOIN channels c ON c.partner_no = r.partner_no AND c.customer_no = r.customer_no
CROSS JOIN asked
WHERE asked.has_use AND r.customer_no NOT IN (SELECT customer_no FROM used_year)
