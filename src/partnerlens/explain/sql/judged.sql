-- The candidate facts with whether the partner is credited, by the same relation that the build summed by.
-- Facts that fail another rule and the filter are far from counting, and left out.
WITH facts AS (
    {% for name in facts %}{{ 'UNION ALL ' if not loop.first }}SELECT * FROM ({% include name ~ '.sql' %}) AS made
    {% endfor %}
),
credited AS (
    SELECT f.*, m.bit, credit.months & m.bit <> 0 AS is_credited
    FROM facts f
    JOIN months m ON m.t = f.credit_t
    JOIN credit ON credit.{{ key }} = f.{{ key }}
),
judged AS (
    SELECT credited.*, early_reason IS NULL AND is_credited AS would_count
    FROM credited
)
SELECT judged.*, would_count AND in_filter AND ahead & 1 <> 0 AS is_counted
FROM judged
WHERE CASE WHEN only_counted THEN would_count AND in_filter ELSE would_count OR in_filter END
