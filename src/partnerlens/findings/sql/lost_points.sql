{% from '_row.sql' import row -%}
-- D-07p: points that indicators of people lose within the days after the data month if nobody passes again.
SELECT
    {{ row(
        partner='p.partner_no',
        item='l.indicator',
        amount='l.points',
        note="l.scorecard || ' ' || l.track"
    ) }}
FROM lost_points l
JOIN partners p ON p.partner_id = l.partner_id
CROSS JOIN asked
