{% from '_row.sql' import row -%}
-- D-29: licences that nobody bought at customers of the partner (usage), which deployment leaves out.
SELECT
    {{ row(
        partner='credit.partner_no',
        customer='c.customer_no',
        product='p.product_no',
        amount='l.seats',
        item='l.licence'
    ) }}
FROM left_out l
JOIN customers c ON c.customer_id = l.customer_id
JOIN products p ON p.product_id = l.product_id
JOIN customer_credit credit ON credit.customer_no = c.customer_no
JOIN asked_partners a ON a.partner_no = credit.partner_no
CROSS JOIN asked
WHERE credit.usage & asked.data_bit <> 0
