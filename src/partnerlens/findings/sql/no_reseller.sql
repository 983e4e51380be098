{% from '_row.sql' import row -%}
-- D-27: subscriptions associated, at the end of the data month, with an id that stands for no reseller.
SELECT DISTINCT
    {{ row(customer='s.customer_no', subscription='s.subscription_no', product='s.product_no', item='p.partner_id') }}
FROM association_months a
JOIN partners p ON p.partner_no = a.partner_no
JOIN no_reseller_ids n ON n.partner_id = p.partner_id
JOIN subscriptions s ON s.subscription_no = a.subscription_no
CROSS JOIN asked
WHERE a.active & asked.data_bit <> 0
