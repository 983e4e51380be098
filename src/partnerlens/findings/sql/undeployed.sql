{% from '_row.sql' import row -%}
-- D-10: licences that stay unused at customers of the partner (usage).
SELECT
    {{ row(
        partner='credit.partner_no',
        customer='c.customer_no',
        product='p.product_no',
        amount='u.unused',
        note="CAST(u.sold AS VARCHAR) || ' / ' || CAST(u.assigned AS VARCHAR)"
    ) }}
FROM unused u
JOIN customers c ON c.customer_id = u.customer_id
JOIN products p ON p.product_id = u.product_id
JOIN customer_credit credit ON credit.customer_no = c.customer_no
JOIN asked_partners a ON a.partner_no = credit.partner_no
CROSS JOIN asked
WHERE credit.usage & asked.data_bit <> 0
