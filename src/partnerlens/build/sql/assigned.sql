-- Assigned seats at the end of each data month: active and in-grace subscriptions of every licence type
-- of the customers credited (usage) then (decisions.md 2, "mau_per_assigned_seat").
WITH held AS (
    SELECT s.customer_no, s.product_no, m.t, m.bit, sum(seats.assigned_seats) AS assigned
    FROM seats
    JOIN months m ON m.month = seats.month AND m.is_result
    JOIN subscriptions s ON s.subscription_no = seats.subscription_no
    WHERE seats.state IN ('active', 'in_grace') AND seats.assigned_seats > 0
    GROUP BY s.customer_no, s.product_no, m.t, m.bit
)
SELECT credit.partner_no, held.product_no, c.country, held.t, CAST(sum(held.assigned) AS BIGINT) AS assigned
FROM held
JOIN customer_credit credit ON credit.customer_no = held.customer_no AND credit.usage & held.bit <> 0
JOIN customers c ON c.customer_no = held.customer_no
GROUP BY credit.partner_no, held.product_no, c.country, held.t
