-- The months in which a customer has a paid subscription of a product in scope.
SELECT paid.customer_no, paid.product_no, bit_or(paid.paid) AS months
FROM subscription_months paid
JOIN scope_products scope ON scope.product_no = paid.product_no
GROUP BY paid.customer_no, paid.product_no
