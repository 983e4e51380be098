-- Candidates of users by month: each user and month that counts; and of those that do not count, how many there are by
-- customer and month, since users are too many to name.
WITH covered AS (
    SELECT credit.customer_no, credit.months & asked.window_bits AS months
    FROM credit
    CROSS JOIN asked
),
judged AS (
    SELECT
        u.customer_no,
        u.user_no,
        m.t,
        CASE
            WHEN c.is_kept AND u.kept & m.bit <> 0 AND m.month < asked.first_month THEN 'outside_window'
            WHEN c.is_kept AND u.kept & covered.months & m.bit <> 0 THEN 'active_user'
            WHEN c.is_kept AND u.kept & m.bit <> 0 THEN 'not_credited'
            WHEN u.intended & covered.months & m.bit <> 0 THEN 'filtered_out'
            WHEN c.is_kept AND u.seen & covered.months & m.bit <> 0 THEN 'not_intentional'
        END AS outcome
    FROM user_masks u
    CROSS JOIN asked
    JOIN kept_customers c ON c.customer_no = u.customer_no
    JOIN covered ON covered.customer_no = u.customer_no
    JOIN months m
        ON (u.seen | u.intended) & m.bit <> 0
        AND m.month BETWEEN asked.first_month - 12 AND asked.data_month
),
found AS (
    SELECT outcome, t, customer_no, user_no, 1 AS users
    FROM judged
    WHERE outcome = 'active_user'
    UNION ALL
    SELECT outcome, t, customer_no, CAST(NULL AS BIGINT), count(*)
    FROM judged
    WHERE outcome <> 'active_user'
    GROUP BY outcome, t, customer_no
)
SELECT
    'numerator' AS side,
    FALSE AS only_counted,
    'active_user' AS counted_reason,
    CASE WHEN found.outcome IN ('outside_window', 'not_intentional') THEN found.outcome END AS early_reason,
    found.outcome <> 'filtered_out' AS in_filter,
    m.month,
    found.t AS credit_t,
    found.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    CAST(NULL AS VARCHAR) AS product_id,
    CAST(NULL AS VARCHAR) AS workload,
    u.user_id AS item,
    CAST(found.users AS DECIMAL(38, 18)) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM found
JOIN months m ON m.t = found.t
JOIN terms ON terms.t = m.t
JOIN kept_customers c ON c.customer_no = found.customer_no
LEFT JOIN users u ON u.user_no = found.user_no
