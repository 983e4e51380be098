-- The rows of all statements (`every_finding`) with the names of what they are about.
--
-- Names and ids are of customers and subscriptions that the statements let a partner see; other partners are named in
-- notes alone, for operators.
SELECT
    codes.code,
    codes.place,
    p.partner_id,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    s.subscription_id,
    products.product_id,
    lpad(CAST(CAST(floor(f.month / 12) AS INTEGER) AS VARCHAR), 4, '0')
        || '-'
        || lpad(CAST(f.month % 12 + 1 AS VARCHAR), 2, '0') AS month,
    f.item,
    f.amount,
    codes.unit,
    f.note,
    row_number() OVER (
        ORDER BY
            codes.place ASC,
            p.partner_id ASC NULLS FIRST,
            f.amount DESC NULLS LAST,
            c.customer_id ASC NULLS FIRST,
            s.subscription_id ASC NULLS FIRST,
            f.item ASC NULLS FIRST,
            f.month ASC,
            products.product_id ASC NULLS FIRST
    ) AS row_no
FROM every_finding f
JOIN rule_codes codes ON codes.statement = f.statement AND (codes.cause = '' OR codes.cause = f.cause)
LEFT JOIN partners p ON p.partner_no = f.partner_no
LEFT JOIN customers c ON c.customer_no = f.customer_no
LEFT JOIN subscriptions s ON s.subscription_no = f.subscription_no
LEFT JOIN products ON products.product_no = f.product_no
