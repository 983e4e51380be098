-- What a partner's customers measure in each month by product: revenue and paid seats where it has sale credit, users
-- and their weighted value, with the paid seats they share, where it has usage credit (decisions.md 4; domain.md 3).
WITH used AS (
    SELECT u.customer_no, u.product_no, m.t, m.bit, u.users, u.users * weights.weight AS weighted
    FROM product_users u
    JOIN months m ON m.month = u.month
    JOIN paid_products paid
        ON paid.customer_no = u.customer_no AND paid.product_no = u.product_no AND paid.months & m.bit <> 0
    JOIN weights ON weights.product_no = u.product_no
),
measured AS (
    SELECT partner_no, customer_no, product_no, t, amount AS revenue, 0 AS seats, 0 AS used_seats, 0 AS users, 0 AS weighted
    FROM customer_revenue
    UNION ALL
    SELECT credit.partner_no, sold.customer_no, sold.product_no, sold.t, 0, sold.seats, 0, 0, 0
    FROM customer_seats sold
    JOIN months m ON m.t = sold.t
    JOIN customer_credit credit ON credit.customer_no = sold.customer_no AND credit.sale & m.bit <> 0
    UNION ALL
    SELECT credit.partner_no, sold.customer_no, sold.product_no, sold.t, 0, 0, sold.seats, 0, 0
    FROM customer_seats sold
    JOIN months m ON m.t = sold.t
    JOIN customer_credit credit ON credit.customer_no = sold.customer_no AND credit.usage & m.bit <> 0
    UNION ALL
    SELECT credit.partner_no, used.customer_no, used.product_no, used.t, 0, 0, 0, used.users, used.weighted
    FROM used
    JOIN customer_credit credit ON credit.customer_no = used.customer_no AND credit.usage & used.bit <> 0
)
SELECT
    partner_no,
    customer_no,
    product_no,
    t,
    CAST(sum(revenue) AS DECIMAL(38, 18)) AS revenue,
    CAST(sum(seats) AS BIGINT) AS seats,
    CAST(sum(used_seats) AS BIGINT) AS used_seats,
    CAST(sum(users) AS BIGINT) AS users,
    CAST(sum(weighted) AS DECIMAL(38, 18)) AS weighted
FROM measured
GROUP BY partner_no, customer_no, product_no, t
