-- The associations of each partner that is asked about, and of its locations, with the months in which they hold.
SELECT
    m.partner_no,
    a.subscription_no,
    s.customer_no,
    s.product_no,
    s.licence_type,
    a.type,
    a.claim,
    bit_or(a.active) AS active
FROM association_months a
JOIN members m ON m.member_no = a.partner_no
JOIN subscriptions s ON s.subscription_no = a.subscription_no
GROUP BY m.partner_no, a.subscription_no, s.customer_no, s.product_no, s.licence_type, a.type, a.claim
