{% import '_billing.sql' as billing %}
-- What was billed in each month on the subscriptions that credit the partner for sale (see the build's `revenue`).
SELECT m.t, CAST(sum({{ billing.amount() }}) AS DECIMAL(38, 18)) AS amount
FROM billing_lines b
JOIN months m ON m.month = b.billing_month AND m.is_result
JOIN subscriptions s ON s.subscription_no = b.subscription_no
JOIN kept_products p ON p.product_no = s.product_no AND p.takes_facts
JOIN kept_customers c ON c.customer_no = s.customer_no
JOIN own_sales own ON own.subscription_no = b.subscription_no AND own.months & m.bit <> 0
CROSS JOIN program
LEFT JOIN exchange_rates r ON r.month = b.billing_month AND r.currency = b.currency
WHERE {{ billing.counts() }}
GROUP BY m.t
