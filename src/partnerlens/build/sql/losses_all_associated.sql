-- Whom a loss is charged to: every partner with customer credit (sale) at the end of the month before
-- (decisions.md 2, loss rule `all_associated`).
SELECT turns.customer_no, m.t, credit.partner_no
FROM customer_turns turns
JOIN months m ON m.has_predecessor AND turns.falls & m.bit <> 0
JOIN customer_credit credit ON credit.customer_no = turns.customer_no AND credit.sale * 2 & m.bit <> 0
