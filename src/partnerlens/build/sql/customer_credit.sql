-- Customer credit: the months at whose end a partner is credited on at least one paid subscription
-- of a customer, of a product in scope, for each metric group (decisions.md 1, "Customer credit").
SELECT
    credit.partner_no,
    paid.customer_no,
    bit_or(credit.sale & paid.paid) AS sale,
    bit_or(credit.usage & paid.paid) AS usage
FROM subscription_credit credit
JOIN subscription_months paid ON paid.subscription_no = credit.subscription_no
JOIN scope_products scope ON scope.product_no = paid.product_no
WHERE (credit.sale | credit.usage) & paid.paid <> 0
GROUP BY credit.partner_no, paid.customer_no
