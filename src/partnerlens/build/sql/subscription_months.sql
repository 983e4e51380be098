-- The months in which each paid subscription is paid, and those in which it also has a seat.
--
-- Paid at m: licence type paid, a seats row for m, and its state there active or in grace
-- (decisions.md 1, "paid at m"). A paid subscription may have no seat.
WITH seen AS (
    SELECT
        seats.subscription_no,
        bit_or(months.bit) AS paid,
        bit_or(CASE WHEN seats.sold_seats >= 1 THEN months.bit ELSE 0 END) AS seated
    FROM seats
    JOIN months ON months.month = seats.month
    WHERE seats.state IN ('active', 'in_grace')
    GROUP BY seats.subscription_no
)
SELECT seen.subscription_no, s.customer_no, s.product_no, c.country, seen.paid, seen.seated
FROM seen
JOIN subscriptions s ON s.subscription_no = seen.subscription_no
JOIN customers c ON c.customer_no = s.customer_no
WHERE s.licence_type = 'paid'
