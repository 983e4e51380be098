-- The customers that each partner is associated with at the end of the data month.
SELECT DISTINCT o.partner_no, o.customer_no
FROM own_associations o
CROSS JOIN asked
WHERE o.active & asked.data_bit <> 0
