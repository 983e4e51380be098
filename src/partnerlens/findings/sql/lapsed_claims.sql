{% from '_row.sql' import row -%}
-- D-25: claimed subscriptions that ended within the window, with a successor of the same product that the partner does
-- not claim. A partner is told the subscription that it claimed, and operators its successors.
WITH ended AS (
    SELECT DISTINCT o.partner_no, o.subscription_no, o.customer_no, o.product_no, s.end_date
    FROM own_associations o
    JOIN subscriptions s ON s.subscription_no = o.subscription_no
    CROSS JOIN asked
    WHERE
        o.type = 'CPOR'
        AND coalesce(o.claim, '') <> 'PRESALES'
        AND s.end_date BETWEEN asked.first_day AND asked.last_day
),
claimed AS (
    SELECT DISTINCT o.partner_no, o.subscription_no
    FROM own_associations o
    CROSS JOIN asked
    WHERE o.type = 'CPOR' AND o.active & asked.data_bit <> 0
),
successors AS (
    SELECT e.partner_no, e.subscription_no, e.customer_no, e.product_no, e.end_date, s.subscription_id
    FROM ended e
    JOIN subscriptions s
        ON s.customer_no = e.customer_no
        AND s.product_no = e.product_no
        AND s.subscription_no <> e.subscription_no
    JOIN subscription_months paid ON paid.subscription_no = s.subscription_no
    CROSS JOIN asked
    WHERE
        paid.paid & asked.data_bit <> 0
        AND s.start_date BETWEEN e.end_date - asked.days_before AND e.end_date + asked.days_after
        AND NOT EXISTS (
            SELECT 1
            FROM claimed c
            WHERE c.partner_no = e.partner_no AND c.subscription_no = s.subscription_no
        )
)
SELECT
    {{ row(
        partner='s.partner_no',
        customer='s.customer_no',
        subscription='s.subscription_no',
        product='s.product_no',
        month='max(asked.data_month)',
        item='CAST(max(s.end_date) AS VARCHAR)',
        note="CASE
        WHEN min(CASE WHEN asked.sees_all THEN 1 ELSE 0 END) = 1
        THEN string_agg(DISTINCT s.subscription_id, ';' ORDER BY s.subscription_id)
    END"
    ) }}
FROM successors s
CROSS JOIN asked
GROUP BY s.partner_no, s.customer_no, s.subscription_no, s.product_no
