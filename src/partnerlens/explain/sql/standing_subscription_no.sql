-- How the partner stands on a subscription at the end of a month: the associations through which it is credited, or
-- else those that come nearest to it and why they do not credit.
WITH wanted AS (
    SELECT DISTINCT subscription_no, credit_t, bit
    FROM judged
    WHERE early_reason IS NULL
),
states AS (
    SELECT
        w.subscription_no,
        w.credit_t,
        o.association,
        o.partner_id,
        CASE
            WHEN o.credited & w.bit <> 0 THEN 'credited'
            WHEN o.outranked & w.bit <> 0 THEN o.outranked_by
            WHEN o.active & w.bit = 0 THEN 'association_not_active'
            WHEN o.claim = 'PRESALES' THEN 'presales_claim'
            ELSE 'association_type_not_counted'
        END AS reason
    FROM wanted w
    JOIN own_associations o ON o.subscription_no = w.subscription_no
),
{% include '_nearest.sql' %}
