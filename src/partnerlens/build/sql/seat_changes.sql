-- Paid seats added less paid seats lost in each month (decisions.md 2, "net_seat_adds").
--
-- A rise belongs to the partners credited (sale) at the end of the month, a fall to those at the end
-- of the month before. The first month of facts has no predecessor and yields no change.
WITH paid AS (
    SELECT seats.subscription_no, months.t, seats.sold_seats
    FROM seats
    JOIN months ON months.month = seats.month
    JOIN subscriptions s ON s.subscription_no = seats.subscription_no
    WHERE seats.state IN ('active', 'in_grace') AND s.licence_type = 'paid' AND seats.sold_seats > 0
),
moves AS (
    SELECT subscription_no, t, sold_seats AS seats FROM paid
    UNION ALL
    SELECT subscription_no, t + 1, -sold_seats FROM paid
),
changes AS (
    SELECT subscription_no, t, CAST(sum(seats) AS BIGINT) AS change
    FROM moves
    GROUP BY subscription_no, t
    HAVING sum(seats) <> 0
)
SELECT
    credit.partner_no,
    s.product_no,
    c.country,
    changes.t,
    CAST(sum(changes.change) AS BIGINT) AS change
FROM changes
JOIN months m ON m.t = changes.t AND m.has_predecessor
JOIN subscription_credit credit
    ON credit.subscription_no = changes.subscription_no
    AND CASE WHEN changes.change > 0 THEN credit.sale ELSE credit.sale * 2 END & m.bit <> 0
JOIN subscriptions s ON s.subscription_no = changes.subscription_no
JOIN customers c ON c.customer_no = s.customer_no
GROUP BY credit.partner_no, s.product_no, c.country, changes.t
