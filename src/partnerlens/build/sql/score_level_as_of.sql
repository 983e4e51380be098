-- Users of each month at the customers credited (usage) at its end (decisions.md 4, `as_of`).
SELECT credit.partner_no, used.t, CAST(0 AS INTEGER) AS place, CAST(sum(used.amount) AS DECIMAL(38, 18)) AS amount
FROM customer_users used
JOIN months m ON m.t = used.t AND m.is_counted
JOIN customer_credit credit ON credit.customer_no = used.customer_no AND credit.usage & m.bit <> 0
GROUP BY credit.partner_no, used.t
