-- The subscriptions that the partner or one of its locations is, was or will be associated with.
SELECT DISTINCT
    s.subscription_no,
    s.subscription_id,
    c.customer_id,
    c.name AS customer_name,
    p.product_id
FROM associations a
JOIN partners own ON own.partner_no = a.partner_no
LEFT JOIN partners account ON account.partner_no = own.parent_partner_no
JOIN asked ON asked.partner_id = own.partner_id OR asked.partner_id = account.partner_id
JOIN subscriptions s ON s.subscription_no = a.subscription_no
JOIN customers c ON c.customer_no = s.customer_no
JOIN products p ON p.product_no = s.product_no
