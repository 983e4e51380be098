{% from '_row.sql' import row -%}
-- D-23: subscriptions on which the partner holds a pre-sales claim, and nothing else, at the end of the data month.
WITH held AS (
    SELECT
        o.partner_no,
        o.subscription_no,
        o.customer_no,
        o.product_no,
        min(CASE WHEN o.claim = 'PRESALES' THEN 1 ELSE 0 END) AS is_presales
    FROM own_associations o
    CROSS JOIN asked
    WHERE o.active & asked.data_bit <> 0
    GROUP BY o.partner_no, o.subscription_no, o.customer_no, o.product_no
)
SELECT
    {{ row(
        partner='h.partner_no',
        customer='h.customer_no',
        subscription='h.subscription_no',
        product='h.product_no',
        amount='u.amount'
    ) }}
FROM held h
CROSS JOIN asked
LEFT JOIN uncredited u
    ON u.partner_no = h.partner_no
    AND u.subscription_no = h.subscription_no
    AND u.reason = 'presales'
WHERE h.is_presales = 1
