-- How the partner stands with a customer at the end of a month: the associations through which it is credited, each on
-- a subscription that is paid then, or else those that come nearest to it and why they do not credit.
WITH wanted AS (
    SELECT DISTINCT customer_no, credit_t, bit
    FROM judged
    WHERE early_reason IS NULL
),
states AS (
    SELECT
        w.customer_no,
        w.credit_t,
        o.association,
        o.partner_id,
        CASE
            WHEN NOT o.is_in_scope THEN 'not_qualifying_product'
            WHEN o.active & w.bit = 0 THEN 'association_not_active'
            WHEN o.paid & w.bit = 0 AND o.licence_type = 'trial' THEN 'trial'
            WHEN o.paid & w.bit = 0 THEN 'not_paid'
            WHEN o.credited & w.bit <> 0 THEN 'credited'
            WHEN o.outranked & w.bit <> 0 THEN o.outranked_by
            WHEN o.claim = 'PRESALES' THEN 'presales_claim'
            ELSE 'association_type_not_counted'
        END AS reason
    FROM wanted w
    JOIN own_associations o ON o.customer_no = w.customer_no
),
{% include '_nearest.sql' %}
