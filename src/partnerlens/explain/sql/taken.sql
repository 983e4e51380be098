-- Who is credited where the partner is not.
WITH missed AS (
    SELECT DISTINCT {{ key }}, credit_t, bit
    FROM judged
    WHERE NOT is_credited
)
SELECT
    missed.{{ key }},
    missed.credit_t,
    string_agg(DISTINCT p.partner_id, ';' ORDER BY p.partner_id) AS partners
FROM missed
JOIN {{ credit }} c ON c.{{ key }} = missed.{{ key }} AND c.{{ group }} & missed.bit <> 0
JOIN partners p ON p.partner_no = c.partner_no
GROUP BY missed.{{ key }}, missed.credit_t
