-- Users, in each of the thirteen months that end with a data month (`place` months before it), at the customers
-- credited (usage) at the end of the data month (decisions.md 4, `current_portfolio`).
SELECT
    credit.partner_no,
    m.t,
    m.t - used.t AS place,
    CAST(sum(used.amount) AS DECIMAL(38, 18)) AS amount
FROM customer_users used
JOIN months m ON used.t BETWEEN m.t - 12 AND m.t AND m.is_counted
JOIN customer_credit credit ON credit.customer_no = used.customer_no AND credit.usage & m.bit <> 0
GROUP BY credit.partner_no, m.t, m.t - used.t
