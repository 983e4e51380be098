-- Paid seats of each month by customer and product in scope.
SELECT s.customer_no, s.product_no, m.t, CAST(sum(seats.sold_seats) AS BIGINT) AS seats
FROM seats
JOIN months m ON m.month = seats.month
JOIN subscriptions s ON s.subscription_no = seats.subscription_no
JOIN scope_products scope ON scope.product_no = s.product_no
WHERE seats.state IN ('active', 'in_grace') AND s.licence_type = 'paid' AND seats.sold_seats > 0
GROUP BY s.customer_no, s.product_no, m.t
