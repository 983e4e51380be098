-- The associations of the partner and its locations with the customer's subscriptions, with the months at whose end
-- each holds; those that hold at none of the twelve are left out.
SELECT
    partner.partner_id,
    s.subscription_id,
    p.product_id,
    p.name AS product_name,
    s.licence_type,
    a.type,
    a.claim,
    bit_or(a.active) AS months
FROM association_months a
JOIN own_partners partner ON partner.partner_no = a.partner_no
JOIN subscriptions s ON s.subscription_no = a.subscription_no
JOIN kept_products p ON p.product_no = s.product_no AND p.takes_facts
CROSS JOIN span
WHERE a.active & span.result_bits <> 0
GROUP BY partner.partner_id, s.subscription_id, p.product_id, p.name, s.licence_type, a.type, a.claim
