-- What was billed on subscriptions in months at whose end the partner is credited (sale).
SELECT credit.partner_no, b.subscription_no, b.customer_no, b.product_no, b.month, b.amount, b.late_amount
FROM billed b
JOIN subscription_credit credit ON credit.subscription_no = b.subscription_no AND credit.sale & b.bit <> 0
JOIN asked_partners asking ON asking.partner_no = credit.partner_no
