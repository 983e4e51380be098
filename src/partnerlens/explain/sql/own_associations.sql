-- The associations of the partner and its locations with the months, as masks, at whose end each is active, is
-- credited in the asked group, or would be credited but yields to another type of association; and, where credit has
-- to be on a paid subscription, those in which its subscription is paid.
--
-- It tells in words what the build's step subscription_credit works out for all partners at once: a rule grants a
-- group to a type of association, and may yield it, month by month, where another type holds it.
WITH granted AS (
    SELECT
        a.partner_no,
        a.subscription_no,
        a.type,
        a.claim,
        r.association,
        r.yields_to,
        a.active & r.months AS months
    FROM association_months a
    JOIN policy_rules r
        ON r.metric_group = '{{ group }}'
        AND r.association = a.type
        AND (r.claim IS NULL OR r.claim = a.claim)
),
held AS (
    SELECT subscription_no, association, bit_or(months) AS months
    FROM granted
    GROUP BY subscription_no, association
),
judged AS (
    SELECT
        g.partner_no,
        g.subscription_no,
        g.type,
        g.claim,
        min(g.yields_to) AS yields_to,
        bit_or(g.months & ~coalesce(h.months, 0)) AS credited,
        bit_or(g.months & coalesce(h.months, 0)) AS outranked
    FROM granted g
    JOIN own_partners own ON own.partner_no = g.partner_no
    LEFT JOIN held h ON h.subscription_no = g.subscription_no AND h.association = g.yields_to
    GROUP BY g.partner_no, g.subscription_no, g.type, g.claim
),
owned AS (
    SELECT own.partner_no, own.partner_id, a.subscription_no, a.type, a.claim, bit_or(a.active) AS active
    FROM association_months a
    JOIN own_partners own ON own.partner_no = a.partner_no
    GROUP BY own.partner_no, own.partner_id, a.subscription_no, a.type, a.claim
)
SELECT
    owned.partner_id,
    owned.subscription_no,
    s.customer_no,
    s.licence_type,
    owned.claim,
    owned.type || coalesce('/' || owned.claim, '') AS association,
    'outranked_by_' || lower(judged.yields_to) AS outranked_by,
    owned.active,
    p.is_in_scope,
    {{ 'coalesce(paid.paid, 0)' if key == 'customer_no' else '-1' }} AS paid,
    coalesce(judged.credited, 0) AS credited,
    coalesce(judged.outranked, 0) AS outranked
FROM owned
JOIN subscriptions s ON s.subscription_no = owned.subscription_no
JOIN kept_products p ON p.product_no = s.product_no
{% if key == 'customer_no' %}
LEFT JOIN subscription_months paid ON paid.subscription_no = owned.subscription_no
{% endif %}
LEFT JOIN judged
    ON judged.partner_no = owned.partner_no
    AND judged.subscription_no = owned.subscription_no
    AND judged.type = owned.type
    AND coalesce(judged.claim, '') = coalesce(owned.claim, '')
