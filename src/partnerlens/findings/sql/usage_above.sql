{% from '_row.sql' import row -%}
-- D-09 and its causes: more licences in use than were sold, at customers of the partner (usage).
SELECT
    {{ row(
        partner='credit.partner_no',
        customer='c.customer_no',
        product='p.product_no',
        amount='o.amount',
        note="CAST(o.active AS VARCHAR) || ' / ' || CAST(o.measured AS VARCHAR)",
        cause='o.cause'
    ) }}
FROM over_used o
JOIN customers c ON c.customer_id = o.customer_id
JOIN products p ON p.product_id = o.product_id
JOIN customer_credit credit ON credit.customer_no = c.customer_no
JOIN asked_partners a ON a.partner_no = credit.partner_no
CROSS JOIN asked
WHERE credit.usage & asked.data_bit <> 0
