-- Who got the add of a customer: the partners with customer credit (sale) at the end of its month.
SELECT turns.customer_no, m.t, credit.partner_no
FROM customer_turns turns
JOIN months m ON m.has_predecessor AND turns.rises & m.bit <> 0
JOIN customer_credit credit ON credit.customer_no = turns.customer_no AND credit.sale & m.bit <> 0
