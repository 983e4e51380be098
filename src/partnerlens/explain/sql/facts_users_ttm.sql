-- Candidates of users over twelve months: each user that counts, with the last month of use; and of those that do not
-- count, how many there are by customer and month, since users are too many to name.
WITH covered AS (
    SELECT credit.customer_no, credit.months & asked.window_bits AS months
    FROM credit
    CROSS JOIN asked
),
judged AS (
    SELECT
        u.customer_no,
        u.user_no,
        c.is_kept,
        u.seen,
        u.kept,
        covered.months AS covered,
        u.intended & covered.months AS used,
        c.is_kept AND u.kept & covered.months <> 0 AS is_counted
    FROM user_masks u
    JOIN kept_customers c ON c.customer_no = u.customer_no
    JOIN covered ON covered.customer_no = u.customer_no
),
counted AS (
    SELECT judged.customer_no, judged.user_no, max(m.t) AS t
    FROM judged
    JOIN months m ON judged.kept & judged.covered & m.bit <> 0
    WHERE judged.is_counted
    GROUP BY judged.customer_no, judged.user_no
),
left_out AS (
    SELECT judged.customer_no, judged.user_no, max(m.t) AS t
    FROM judged
    JOIN months m ON judged.used & m.bit <> 0
    WHERE NOT judged.is_counted
    GROUP BY judged.customer_no, judged.user_no
),
missed AS (
    SELECT
        judged.customer_no,
        m.t,
        CASE
            WHEN m.month < asked.first_month THEN 'outside_window'
            WHEN judged.covered & m.bit <> 0 THEN 'not_intentional'
        END AS early_reason
    FROM judged
    CROSS JOIN asked
    JOIN months m
        ON m.month BETWEEN asked.first_month - 12 AND asked.data_month
        AND CASE WHEN judged.covered & m.bit <> 0 THEN judged.seen ELSE judged.kept END & m.bit <> 0
    WHERE judged.is_kept AND NOT judged.is_counted AND (judged.used = 0 OR judged.covered & m.bit = 0)
),
found AS (
    SELECT
        'active_user' AS counted_reason,
        CAST(NULL AS VARCHAR) AS early_reason,
        TRUE AS in_filter,
        t,
        customer_no,
        user_no,
        1 AS users
    FROM counted
    UNION ALL
    SELECT 'active_user', CAST(NULL AS VARCHAR), FALSE, t, customer_no, CAST(NULL AS BIGINT), count(*)
    FROM left_out
    GROUP BY customer_no, t
    UNION ALL
    SELECT 'active_user', early_reason, TRUE, t, customer_no, CAST(NULL AS BIGINT), count(*)
    FROM missed
    GROUP BY customer_no, t, early_reason
)
SELECT
    'numerator' AS side,
    FALSE AS only_counted,
    found.counted_reason,
    found.early_reason,
    found.in_filter,
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
