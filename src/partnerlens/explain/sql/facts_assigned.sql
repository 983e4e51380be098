-- Candidates below the line of users per assigned seat: the assigned seats of every subscription at the end of the data
-- month, of all licence types, times twelve, since users are counted over twelve months.
SELECT
    'denominator' AS side,
    FALSE AS only_counted,
    'assigned' AS counted_reason,
    CASE WHEN seats.state NOT IN ('active', 'in_grace') THEN 'subscription_not_active' END AS early_reason,
    p.takes_facts AND c.is_kept AS in_filter,
    seats.month,
    m.t AS credit_t,
    s.customer_no,
    s.subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    s.subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(seats.assigned_seats * 12 AS DECIMAL(38, 18)) AS amount,
    asked.always AS ahead,
    CAST(NULL AS VARCHAR) AS note
FROM seats
JOIN asked ON asked.data_month = seats.month
JOIN months m ON m.month = seats.month
JOIN subscriptions s ON s.subscription_no = seats.subscription_no
JOIN kept_products p ON p.product_no = s.product_no
JOIN kept_customers c ON c.customer_no = s.customer_no
WHERE seats.assigned_seats > 0
