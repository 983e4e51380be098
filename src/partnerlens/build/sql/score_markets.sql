-- Customers credited in either group at the end of a data month, by `place`: 1 in a listed country, 0 elsewhere
-- (decisions.md 4, "Market class").
SELECT
    credit.partner_no,
    m.t,
    CASE WHEN listed.country IS NULL THEN 0 ELSE 1 END AS place,
    count(*) AS amount
FROM customer_credit credit
JOIN months m ON m.is_counted AND (credit.sale | credit.usage) & m.bit <> 0
JOIN customers c ON c.customer_no = credit.customer_no
LEFT JOIN market_countries listed ON listed.country = c.country
GROUP BY credit.partner_no, m.t, CASE WHEN listed.country IS NULL THEN 0 ELSE 1 END
