-- The billed lines of an explanation with their amounts as billed; none where the reader may not see it.
SELECT
    e.item,
    b.invoice_id,
    b.billing_month AS month,
    e.subscription_id,
    e.customer_id,
    e.customer_name,
    e.product_id,
    e.counted,
    e.reason,
    CASE WHEN e.amount IS NOT NULL THEN b.amount END AS amount,
    b.currency,
    e.amount AS value
FROM explained e
JOIN held h ON h.subscription_id = e.subscription_id
JOIN billing_lines b ON b.subscription_no = h.subscription_no AND b.invoice_id || '/' || b.line_id = e.item
ORDER BY
    e.counted DESC,
    b.billing_month ASC,
    e.item ASC
