-- The months at whose end the partner has customer credit on the customer.
SELECT m.t
FROM seen
JOIN kept_customers c ON c.customer_no = seen.customer_no
JOIN months m ON m.is_result AND seen.months & m.bit <> 0
