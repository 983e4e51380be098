-- Candidates of the users that growth compares: each user of a product and month that counts; and of those that do not
-- count, how many there are by customer, product and month, since users are too many to name.
WITH acted AS (
    SELECT a.customer_no, a.product_no, a.user_no, days.t, max(CASE WHEN a.intentional THEN 1 ELSE 0 END) AS intended
    FROM activity a
    JOIN days ON days.day = a.date
    JOIN listed_months listed ON listed.t = days.t
    GROUP BY a.customer_no, a.product_no, a.user_no, days.t
),
{% include '_growth_products.sql' %},
judged AS (
    SELECT
        acted.*,
        CASE
            WHEN counted.rate IS NULL THEN counted.reason
            WHEN acted.intended = 0 THEN 'not_intentional'
            ELSE counted.unpaid_reason
        END AS early_reason,
        counted.rate,
        counted.credit_t,
        credit.months & m.bit <> 0 AS is_credited
    FROM acted
    JOIN counted ON counted.customer_no = acted.customer_no AND counted.product_no = acted.product_no AND counted.t = acted.t
    JOIN months m ON m.t = counted.credit_t
    JOIN credit ON credit.customer_no = acted.customer_no
),
found AS (
    SELECT customer_no, product_no, t, credit_t, rate, early_reason, user_no, 1 AS users
    FROM judged
    WHERE early_reason IS NULL AND is_credited
    UNION ALL
    SELECT customer_no, product_no, t, credit_t, rate, early_reason, CAST(NULL AS BIGINT), count(*)
    FROM judged
    WHERE early_reason IS NOT NULL OR NOT is_credited
    GROUP BY customer_no, product_no, t, credit_t, rate, early_reason
)
SELECT
    terms.side,
    terms.only_counted,
    coalesce(terms.reason, 'active_user') AS counted_reason,
    found.early_reason,
    TRUE AS in_filter,
    terms.month,
    found.credit_t,
    found.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    u.user_id AS item,
    CAST(terms.sign * found.users * coalesce(found.rate, 1) AS DECIMAL(38, 18)) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM found
JOIN terms ON terms.t = found.t AND NOT terms.is_later
JOIN kept_products p ON p.product_no = found.product_no
JOIN kept_customers c ON c.customer_no = found.customer_no
LEFT JOIN users u ON u.user_no = found.user_no
