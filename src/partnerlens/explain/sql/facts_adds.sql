-- Candidates of new customers: the adds of the window and of the twelve months before it, over all subscriptions of the
-- customer, whoever sold them; the customers that had paid seats already when the partner's credit began; and those
-- that began with seats which are not paid.
WITH seated AS (
    SELECT paid.customer_no, paid.seated AS months, CASE WHEN p.takes_facts THEN paid.seated ELSE 0 END AS kept
    FROM subscription_months paid
    JOIN kept_products p ON p.product_no = paid.product_no AND p.is_in_scope
    UNION ALL
    -- Every customer has a row, also one that never had a paid seat.
    SELECT customer_no, 0, 0
    FROM kept_customers
),
held AS (
    SELECT customer_no, bit_or(months) AS months, bit_or(kept) AS kept
    FROM seated
    GROUP BY customer_no
),
turns AS (
    SELECT
        held.customer_no,
        c.is_kept,
        held.months & ~(held.months * 2) AS rises,
        held.kept & ~(held.kept * 2) AS kept_rises
    FROM held
    JOIN kept_customers c ON c.customer_no = held.customer_no
),
adds AS (
    SELECT
        turns.customer_no,
        CASE
            WHEN m.month < asked.first_month THEN 'outside_window'
            WHEN NOT m.has_predecessor THEN 'first_month_of_facts'
        END AS early_reason,
        turns.is_kept AND turns.kept_rises & m.bit <> 0 AS in_filter,
        m.t,
        m.month
    FROM turns
    CROSS JOIN asked
    JOIN months m
        ON (turns.rises | turns.kept_rises) & m.bit <> 0
        AND m.month BETWEEN asked.first_month - 12 AND asked.data_month
        AND (m.has_predecessor OR m.month >= asked.first_month)
    -- An add under the filter alone is none without it, so the filter leaves nothing out.
    WHERE turns.rises & m.bit <> 0 OR (turns.is_kept AND turns.kept_rises & m.bit <> 0)
),
known AS (
    SELECT credit.customer_no, credit.months & ~(credit.months * 2) AS begins, held.kept & (held.kept * 2) AS stays
    FROM credit
    JOIN held ON held.customer_no = credit.customer_no
    JOIN kept_customers c ON c.customer_no = credit.customer_no AND c.is_kept
),
unpaid AS (
    SELECT
        s.customer_no,
        s.subscription_no,
        s.subscription_id,
        s.product_no,
        s.licence_type,
        bit_or(m.bit) AS months
    FROM seats
    JOIN months m ON m.month = seats.month
    JOIN subscriptions s ON s.subscription_no = seats.subscription_no AND s.licence_type <> 'paid'
    WHERE seats.state IN ('active', 'in_grace') AND seats.sold_seats > 0
    GROUP BY s.customer_no, s.subscription_no, s.subscription_id, s.product_no, s.licence_type
),
active AS (
    SELECT subscription_no, bit_or(active) AS months
    FROM own_associations
    GROUP BY subscription_no
),
found AS (
    SELECT
        customer_no,
        CAST(NULL AS BIGINT) AS subscription_no,
        CAST(NULL AS VARCHAR) AS subscription_id,
        CAST(NULL AS VARCHAR) AS product_id,
        early_reason,
        in_filter,
        t,
        month
    FROM adds
    UNION ALL
    SELECT
        known.customer_no,
        CAST(NULL AS BIGINT),
        CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR),
        'already_customer',
        TRUE,
        m.t,
        m.month
    FROM known
    CROSS JOIN asked
    JOIN months m
        ON known.begins & known.stays & m.bit <> 0
        AND m.has_predecessor
        AND m.month BETWEEN asked.first_month AND asked.data_month
    UNION ALL
    SELECT
        unpaid.customer_no,
        unpaid.subscription_no,
        unpaid.subscription_id,
        p.product_id,
        CASE WHEN unpaid.licence_type = 'trial' THEN 'trial' ELSE 'not_paid' END,
        TRUE,
        m.t,
        m.month
    FROM unpaid
    CROSS JOIN asked
    JOIN active ON active.subscription_no = unpaid.subscription_no
    JOIN kept_products p ON p.product_no = unpaid.product_no AND p.takes_facts AND p.is_in_scope
    JOIN kept_customers c ON c.customer_no = unpaid.customer_no AND c.is_kept
    JOIN held ON held.customer_no = unpaid.customer_no
    JOIN months m
        ON unpaid.months & ~(unpaid.months * 2) & active.months & ~held.kept & m.bit <> 0
        AND m.has_predecessor
        AND m.month BETWEEN asked.first_month AND asked.data_month
)
SELECT
    terms.side,
    terms.only_counted,
    'added' AS counted_reason,
    found.early_reason,
    found.in_filter,
    found.month,
    found.t AS credit_t,
    found.customer_no,
    found.subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    found.subscription_id,
    found.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(1 AS DECIMAL(38, 18)) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM found
JOIN terms ON terms.t = found.t
JOIN kept_customers c ON c.customer_no = found.customer_no
