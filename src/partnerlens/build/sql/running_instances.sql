-- Production instances that run at the end of each data month, at customers credited (usage) then
-- (decisions.md 2, "production_instances").
SELECT credit.partner_no, i.product_no, c.country, m.t, count(*) AS instances
FROM instances i
JOIN months m
    ON m.is_result
    AND i.deployed_on <= m.last_day
    AND (i.retired_on IS NULL OR i.retired_on > m.last_day)
JOIN customer_credit credit ON credit.customer_no = i.customer_no AND credit.usage & m.bit <> 0
JOIN customers c ON c.customer_no = i.customer_no
WHERE i.kind = 'production'
GROUP BY credit.partner_no, i.product_no, c.country, m.t
