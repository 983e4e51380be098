-- The months in which a partner has customer credit (usage) while the customer was active.
-- Partners with equal months of a customer see the same users, so these are counted once for all of them.
WITH active AS (
    SELECT customer_no, bit_or(months) AS months
    FROM user_state
    GROUP BY customer_no
)
SELECT credit.partner_no, credit.customer_no, credit.usage & active.months AS months
FROM customer_credit credit
JOIN active ON active.customer_no = credit.customer_no
WHERE credit.usage & active.months <> 0
