{% import '_billing.sql' as billing %}
-- Revenue of each month by partner, customer and product (see `revenue`).
SELECT
    credit.partner_no,
    s.customer_no,
    s.product_no,
    m.t,
    CAST(sum({{ billing.amount() }}) AS DECIMAL(38, 18)) AS amount
FROM billing_lines b
JOIN months m ON m.month = b.billing_month
JOIN subscriptions s ON s.subscription_no = b.subscription_no
JOIN scope_products scope ON scope.product_no = s.product_no
JOIN subscription_credit credit ON credit.subscription_no = b.subscription_no AND credit.sale & m.bit <> 0
CROSS JOIN program
LEFT JOIN exchange_rates r ON r.month = b.billing_month AND r.currency = b.currency
WHERE {{ billing.counts() }}
GROUP BY credit.partner_no, s.customer_no, s.product_no, m.t
