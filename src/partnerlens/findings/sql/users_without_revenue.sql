{% from '_row.sql' import row -%}
-- D-02 and its causes: customers with active users, none of whose subscriptions that the partner holds was billed.
WITH held AS (
    SELECT DISTINCT o.partner_no, o.customer_no, o.subscription_no
    FROM own_associations o
    CROSS JOIN asked
    WHERE o.active & asked.data_bit <> 0
),
billed_customers AS (
    SELECT DISTINCT h.partner_no, h.customer_no
    FROM held h
    JOIN billed b ON b.subscription_no = h.subscription_no
),
terms AS (
    SELECT
        h.partner_no,
        h.customer_no,
        max(CASE WHEN s.licence_type = 'paid' THEN 1 ELSE 0 END) AS has_paid,
        max(CASE WHEN s.licence_type = 'trial' THEN 1 ELSE 0 END) AS has_trial,
        max(CASE WHEN s.licence_type = 'internal' THEN 1 ELSE 0 END) AS has_internal,
        max(
            CASE
                WHEN s.licence_type = 'paid'
                    AND asked.data_month - (
                        extract(YEAR FROM s.start_date) * 12 + extract(MONTH FROM s.start_date) - 1
                    ) < coalesce(t.months, 0)
                THEN 1
                ELSE 0
            END
        ) AS is_waiting
    FROM held h
    JOIN subscriptions s ON s.subscription_no = h.subscription_no
    CROSS JOIN asked
    LEFT JOIN billing_terms t ON t.term = lower(s.billing_term)
    GROUP BY h.partner_no, h.customer_no
),
governed AS (
    SELECT DISTINCT c.customer_no
    FROM customers c
    JOIN unbilled_segments u ON lower(c.segment) LIKE u.pattern
)
SELECT
    {{ row(
        partner='t.partner_no',
        customer='t.customer_no',
        amount='u.users',
        cause="CASE
        WHEN t.customer_no IN (SELECT customer_no FROM governed) THEN 'c'
        WHEN t.has_paid = 0 AND t.has_trial = 1 THEN 'a'
        WHEN t.has_paid = 0 AND t.has_internal = 1 THEN 'c'
        WHEN t.is_waiting = 1 THEN 'b'
        ELSE 'none'
    END"
    ) }}
FROM terms t
JOIN used_year u ON u.customer_no = t.customer_no
CROSS JOIN asked
WHERE
    asked.has_billing
    AND NOT EXISTS (
        SELECT 1
        FROM billed_customers b
        WHERE b.partner_no = t.partner_no AND b.customer_no = t.customer_no
    )
