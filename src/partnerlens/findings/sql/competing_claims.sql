{% from '_row.sql' import row -%}
-- D-24: subscriptions that the partner claims while another account makes the same claim, in the same month.
WITH claims AS (
    SELECT
        coalesce(p.parent_partner_no, p.partner_no) AS account_no,
        a.subscription_no,
        coalesce(a.claim, '') AS claim,
        bit_or(a.active) AS active
    FROM association_months a
    JOIN partners p ON p.partner_no = a.partner_no
    WHERE a.type = 'CPOR' AND coalesce(a.claim, '') <> 'PRESALES'
    GROUP BY coalesce(p.parent_partner_no, p.partner_no), a.subscription_no, coalesce(a.claim, '')
),
mine AS (
    SELECT o.partner_no, o.subscription_no, o.customer_no, o.product_no, coalesce(o.claim, '') AS claim, o.active
    FROM own_associations o
    WHERE o.type = 'CPOR' AND coalesce(o.claim, '') <> 'PRESALES'
),
clashes AS (
    SELECT m.partner_no, m.subscription_no, m.customer_no, m.product_no, m.claim, other.account_no, months.month
    FROM mine m
    JOIN partners p ON p.partner_no = m.partner_no
    JOIN claims other
        ON other.subscription_no = m.subscription_no
        AND other.claim = m.claim
        AND other.account_no <> coalesce(p.parent_partner_no, p.partner_no)
    CROSS JOIN asked
    JOIN months ON m.active & other.active & asked.window_bits & months.bit <> 0
)
SELECT
    {{ row(
        partner='c.partner_no',
        customer='c.customer_no',
        subscription='c.subscription_no',
        product='c.product_no',
        month='max(c.month)',
        item='c.claim',
        note="CASE
        WHEN min(CASE WHEN asked.sees_all THEN 1 ELSE 0 END) = 1
        THEN string_agg(DISTINCT other.partner_id, ';' ORDER BY other.partner_id)
    END"
    ) }}
FROM clashes c
JOIN partners other ON other.partner_no = c.account_no
CROSS JOIN asked
GROUP BY c.partner_no, c.customer_no, c.subscription_no, c.product_no, c.claim
