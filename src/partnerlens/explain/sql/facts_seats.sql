-- Candidates of net seat adds: every change of a subscription's sold seats, of all licence types, in the window and
-- in the twelve months before it. A rise is credited at the end of its month, a fall at the end of the month before.
WITH sold AS (
    SELECT
        seats.subscription_no,
        m.t,
        seats.sold_seats AS sold,
        lag(m.t) OVER w AS earlier_t,
        lag(seats.sold_seats) OVER w AS earlier_sold,
        lead(m.t) OVER w AS later_t
    FROM seats
    JOIN months m ON m.month = seats.month
    WHERE seats.state IN ('active', 'in_grace') AND seats.sold_seats > 0
    WINDOW w AS (PARTITION BY seats.subscription_no ORDER BY m.t ASC NULLS LAST)
),
changes AS (
    -- From the month before, or from none when the subscription had no seat then.
    SELECT subscription_no, t, sold - CASE WHEN earlier_t = t - 1 THEN earlier_sold ELSE 0 END AS change
    FROM sold
    UNION ALL
    -- To none, when the month after has no seat.
    SELECT subscription_no, t + 1, -sold
    FROM sold
    WHERE later_t IS NULL OR later_t <> t + 1
)
SELECT
    'numerator' AS side,
    FALSE AS only_counted,
    CASE WHEN changes.change > 0 THEN 'seats_added' ELSE 'seats_lost' END AS counted_reason,
    CASE
        WHEN m.month < asked.first_month THEN 'outside_window'
        WHEN NOT m.has_predecessor THEN 'first_month_of_facts'
        WHEN s.licence_type = 'trial' THEN 'trial'
        WHEN s.licence_type <> 'paid' THEN 'not_paid'
    END AS early_reason,
    p.takes_facts AND c.is_kept AS in_filter,
    m.month,
    CASE WHEN changes.change > 0 THEN m.t ELSE m.t - 1 END AS credit_t,
    s.customer_no,
    s.subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    s.subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(changes.change AS DECIMAL(38, 18)) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM changes
CROSS JOIN asked
JOIN months m
    ON m.t = changes.t
    AND (m.has_predecessor OR m.month >= asked.first_month)
JOIN terms ON terms.t = m.t
JOIN subscriptions s ON s.subscription_no = changes.subscription_no
JOIN kept_products p ON p.product_no = s.product_no
JOIN kept_customers c ON c.customer_no = s.customer_no
WHERE changes.change <> 0
