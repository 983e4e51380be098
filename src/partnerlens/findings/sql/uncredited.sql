-- What was billed on subscriptions that a partner is, was or will be associated with, in months in which nobody is
-- credited for it (sale), with whether the partner then held a pre-sales claim.
WITH held AS (
    SELECT
        o.partner_no,
        o.subscription_no,
        bit_or(o.active) AS active,
        bit_or(CASE WHEN o.claim = 'PRESALES' THEN o.active ELSE 0 END) AS presales
    FROM own_associations o
    GROUP BY o.partner_no, o.subscription_no
),
taken AS (
    SELECT subscription_no, bit_or(sale) AS sale
    FROM subscription_credit
    GROUP BY subscription_no
),
lines AS (
    SELECT
        h.partner_no,
        b.subscription_no,
        b.customer_no,
        b.product_no,
        b.month,
        b.amount,
        CASE
            WHEN h.presales & b.bit <> 0 THEN 'presales'
            WHEN h.active & b.bit <> 0 THEN 'association_type_not_counted'
            ELSE 'association_not_active'
        END AS reason,
        coalesce(taken.sale, 0) & b.bit AS taken
    FROM billed b
    JOIN held h ON h.subscription_no = b.subscription_no
    LEFT JOIN taken ON taken.subscription_no = b.subscription_no
)
SELECT
    partner_no,
    subscription_no,
    customer_no,
    product_no,
    reason,
    max(month) AS month,
    sum(amount) AS amount
FROM lines
WHERE taken = 0
GROUP BY partner_no, subscription_no, customer_no, product_no, reason
