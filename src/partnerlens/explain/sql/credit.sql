-- The months at whose end the partner is credited, for every candidate of credit: no month where it never is.
--
-- Later statements look at these months with plain joins: where a condition reads the side of a left join that may have
-- no row, an engine may lose rows (tests/explain/test_reasons.py, the customer with free seats alone).
SELECT k.{{ key }}, coalesce(c.{{ group }}, 0) AS months
FROM {{ keys }} k
CROSS JOIN asked
LEFT JOIN {{ credit }} c ON c.{{ key }} = k.{{ key }} AND c.partner_no = asked.partner_no
