{% from '_row.sql' import row -%}
-- D-19: scores that lie a little below a tier.
SELECT
    {{ row(
        partner='p.partner_no',
        item='n.tier',
        amount='n.points',
        note="n.scorecard || ' ' || n.track"
    ) }}
FROM near_tiers n
JOIN partners p ON p.partner_id = n.partner_id
CROSS JOIN asked
