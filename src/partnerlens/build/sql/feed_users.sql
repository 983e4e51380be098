-- Active users of feeds without users, by month and pair, for each partner with customer credit (usage) at the end of
-- the month. Such counts add up (decisions.md 2, "mau", mean_monthly_distinct).
SELECT credit.partner_no, credit.customer_no, m.t, a.product_no, a.workload_no, a.active_users AS users
FROM activity_monthly a
JOIN months m ON m.month = a.month
JOIN customer_credit credit ON credit.customer_no = a.customer_no AND credit.usage & m.bit <> 0
WHERE a.active_users > 0
