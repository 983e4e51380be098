-- Each subscription with the cells of the usage credit on its customer and the months in which it holds.
SELECT s.subscription_no, cells.cell_no, credit.usage AS months
FROM customer_credit credit
JOIN subscriptions s ON s.customer_no = credit.customer_no
JOIN customers c ON c.customer_no = credit.customer_no
JOIN usage_cells cells
    ON cells.partner_no = credit.partner_no AND cells.product_no = s.product_no AND cells.country = c.country
WHERE credit.usage <> 0
