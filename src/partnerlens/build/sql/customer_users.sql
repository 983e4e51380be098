-- MAU of a customer in a month: over the products in scope with a paid subscription at its end, the distinct users of
-- the product, each counted with the product's weight: 1, or its rate for a consumption value (decisions.md 4).
SELECT used.customer_no, m.t, CAST(sum(used.users * weights.weight) AS DECIMAL(38, 18)) AS amount
FROM product_users used
JOIN months m ON m.month = used.month
JOIN paid_products paid
    ON paid.customer_no = used.customer_no AND paid.product_no = used.product_no AND paid.months & m.bit <> 0
JOIN weights ON weights.product_no = used.product_no
GROUP BY used.customer_no, m.t
