-- The cells that usage credit on a customer falls into: partner, product of one of the customer's
-- subscriptions, and location, numbered (see sale_cells).
SELECT
    partner_no,
    product_no,
    country,
    row_number() OVER (ORDER BY partner_no, product_no, country) AS cell_no
FROM (
    SELECT DISTINCT credit.partner_no, s.product_no, c.country
    FROM customer_credit credit
    JOIN subscriptions s ON s.customer_no = credit.customer_no
    JOIN customers c ON c.customer_no = credit.customer_no
    WHERE credit.usage <> 0
) AS distinct_cells
