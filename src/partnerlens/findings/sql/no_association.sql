{% from '_row.sql' import row -%}
-- D-04: what is billed on subscriptions of the partner while no association of it is credited, nor anybody's.
SELECT
    {{ row(
        partner='u.partner_no',
        customer='u.customer_no',
        subscription='u.subscription_no',
        product='u.product_no',
        month='u.month',
        amount='u.amount',
        note='u.reason'
    ) }}
FROM uncredited u
WHERE u.reason <> 'presales' AND u.amount > 0
