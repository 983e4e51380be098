-- The months in which a customer came to have a paid seat of a product in scope, and those in which it had none
-- any more, over all its subscriptions, whoever sold them (decisions.md 2, "Add and loss events").
WITH held AS (
    SELECT paid.customer_no, bit_or(paid.seated) AS months
    FROM subscription_months paid
    JOIN scope_products scope ON scope.product_no = paid.product_no
    WHERE paid.seated <> 0
    GROUP BY paid.customer_no
)
SELECT customer_no, months & ~(months * 2) AS rises, months * 2 & ~months AS falls
FROM held
