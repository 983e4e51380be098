-- Licences of the data month that are left out because nobody bought them (D-29), at the customers that are seen.
SELECT
    c.customer_id,
    p.product_id,
    l.licence,
    count(*) AS subscriptions,
    CAST(sum(l.sold) AS BIGINT) AS seats
FROM licences l
JOIN asked ON asked.t = l.t
JOIN months m ON m.t = l.t
JOIN seen ON seen.customer_no = l.customer_no AND seen.months & m.bit <> 0
JOIN customers c ON c.customer_no = l.customer_no
JOIN products p ON p.product_no = l.product_no
WHERE l.licence <> 'paid' AND l.is_entitled AND NOT l.is_counted
GROUP BY c.customer_id, p.product_id, l.licence
