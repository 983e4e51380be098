-- Each subscription with the cells of its sale credit and the months in which it holds.
SELECT credit.subscription_no, cells.cell_no, credit.sale AS months
FROM subscription_credit credit
JOIN subscriptions s ON s.subscription_no = credit.subscription_no
JOIN customers c ON c.customer_no = s.customer_no
JOIN sale_cells cells
    ON cells.partner_no = credit.partner_no AND cells.product_no = s.product_no AND cells.country = c.country
WHERE credit.sale <> 0
