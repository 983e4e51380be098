-- Production instances at customers credited (usage), with the months at whose end both hold
-- (decisions.md 2, "production_instances").
SELECT
    credit.partner_no,
    running.product_no,
    c.country,
    running.months & credit.usage AS held,
    count(*) AS instances
FROM instance_months running
JOIN customer_credit credit ON credit.customer_no = running.customer_no
JOIN customers c ON c.customer_no = running.customer_no
WHERE running.months & credit.usage <> 0
GROUP BY credit.partner_no, running.product_no, c.country, running.months & credit.usage
