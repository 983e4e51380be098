-- Subscription credit: the months at whose end a partner is credited on a subscription,
-- for the sale group (revenue, seat adds, customer adds) and the usage group (the others).
--
-- A policy rule grants a group to a type of association; it may yield the group, month by month,
-- where another type holds it on the same subscription (decisions.md 1, "Credit policies").
-- What credits a location credits its account too, once.
WITH granted AS (
    SELECT
        a.partner_no,
        a.subscription_no,
        r.metric_group,
        r.association,
        r.yields_to,
        bit_or(a.active & r.months) AS months
    FROM association_months a
    JOIN policy_rules r ON r.association = a.type AND (r.claim IS NULL OR r.claim = a.claim)
    GROUP BY a.partner_no, a.subscription_no, r.metric_group, r.association, r.yields_to
),
held AS (
    SELECT subscription_no, metric_group, association, bit_or(months) AS months
    FROM granted
    GROUP BY subscription_no, metric_group, association
),
kept AS (
    SELECT g.partner_no, g.subscription_no, g.metric_group, g.months & ~coalesce(h.months, 0) AS months
    FROM granted g
    LEFT JOIN held h
        ON h.subscription_no = g.subscription_no
        AND h.metric_group = g.metric_group
        AND h.association = g.yields_to
),
with_accounts AS (
    SELECT partner_no, subscription_no, metric_group, months FROM kept
    UNION ALL
    SELECT p.parent_partner_no, k.subscription_no, k.metric_group, k.months
    FROM kept k
    JOIN partners p ON p.partner_no = k.partner_no
    WHERE p.parent_partner_no IS NOT NULL
)
SELECT
    partner_no,
    subscription_no,
    bit_or(CASE WHEN metric_group = 'sale' THEN months ELSE 0 END) AS sale,
    bit_or(CASE WHEN metric_group = 'usage' THEN months ELSE 0 END) AS usage
FROM with_accounts
WHERE months <> 0
GROUP BY partner_no, subscription_no
