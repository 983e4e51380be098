-- The licences of each subscription at the end of each of the twelve months, under the filter.
--
-- A licence is an entitlement while its subscription is active or in grace (decisions.md 1, "paid at m"). It is counted
-- when somebody bought it, or when trials and other licences that nobody bought are asked for too (D-29).
SELECT
    m.t,
    s.customer_no,
    s.product_no,
    seats.subscription_no,
    kind.licence,
    seats.state IN ('active', 'in_grace') AS is_entitled,
    seats.state IN ('active', 'in_grace') AND (kind.licence = 'paid' OR asked.include_trials) AS is_counted,
    own.subscription_no IS NOT NULL AND own.months & m.bit <> 0 AS is_own,
    seats.sold_seats AS sold,
    seats.assigned_seats AS assigned,
    seats.active_seats AS active
FROM seats
CROSS JOIN asked
JOIN months m ON m.month = seats.month AND m.is_result
JOIN subscriptions s ON s.subscription_no = seats.subscription_no
JOIN kept_products p ON p.product_no = s.product_no AND p.takes_facts
JOIN kept_customers c ON c.customer_no = s.customer_no
JOIN (
    SELECT
        s.subscription_no,
        CASE
            WHEN s.licence_type <> 'paid' THEN s.licence_type
            WHEN unsold.subscription_no IS NOT NULL THEN 'viral'
            ELSE 'paid'
        END AS licence
    FROM subscriptions s
    LEFT JOIN unsold ON unsold.subscription_no = s.subscription_no
) AS kind ON kind.subscription_no = seats.subscription_no
LEFT JOIN own_subscriptions own ON own.subscription_no = seats.subscription_no
