{% from '_row.sql' import row -%}
-- D-18: growth that earns nothing because what it is measured from is too small.
SELECT
    {{ row(
        partner='p.partner_no',
        item='b.indicator',
        amount='b.points',
        note="b.scorecard || ' ' || b.track || ': ' || b.baseline || ' < ' || b.minimum"
    ) }}
FROM low_baselines b
JOIN partners p ON p.partner_id = b.partner_id
CROSS JOIN asked
