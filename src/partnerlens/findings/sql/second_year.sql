{% from '_row.sql' import row -%}
-- D-22: what enterprise agreements bring after their first twelve months, on subscriptions credited to the partner.
SELECT
    {{ row(
        partner='b.partner_no',
        customer='b.customer_no',
        subscription='b.subscription_no',
        product='b.product_no',
        month='max(b.month)',
        amount='sum(b.late_amount)'
    ) }}
FROM credited_billed b
GROUP BY b.partner_no, b.customer_no, b.subscription_no, b.product_no
HAVING sum(b.late_amount) > 0
