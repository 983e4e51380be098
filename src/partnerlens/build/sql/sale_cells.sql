-- The cells that sale credit falls into: partner, product and customer location, numbered.
-- One number in place of three keys makes the large groupings of the next steps several times faster.
SELECT
    partner_no,
    product_no,
    country,
    row_number() OVER (ORDER BY partner_no, product_no, country) AS cell_no
FROM (
    SELECT DISTINCT credit.partner_no, s.product_no, c.country
    FROM subscription_credit credit
    JOIN subscriptions s ON s.subscription_no = credit.subscription_no
    JOIN scope_products scope ON scope.product_no = s.product_no
    JOIN customers c ON c.customer_no = s.customer_no
    WHERE credit.sale <> 0
) AS distinct_cells
