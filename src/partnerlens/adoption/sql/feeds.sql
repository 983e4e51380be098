-- Where the use of a customer's product is known from in the twelve months: from users, or from monthly counts.
SELECT customer_no, product_no, max(users) AS users, max(counts) AS counts
FROM (
    SELECT DISTINCT a.customer_no, a.product_no, 1 AS users, 0 AS counts
    FROM activity a
    UNION ALL
    SELECT DISTINCT a.customer_no, a.product_no, 0 AS users, 1 AS counts
    FROM activity_monthly a
) AS fed
GROUP BY customer_no, product_no
