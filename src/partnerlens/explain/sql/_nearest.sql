nearest AS (
    SELECT
        states.*,
        p.place,
        min(p.place) OVER (PARTITION BY states.{{ key }}, states.credit_t) AS nearest_place
    FROM states
    JOIN precedence p ON p.reason = states.reason
),
told AS (
    SELECT
        {{ key }},
        credit_t,
        reason,
        min(association) AS association,
        min(partner_id) AS location,
        min(association) <> max(association) OR min(partner_id) <> max(partner_id) AS has_several
    FROM nearest
    WHERE place = nearest_place
    GROUP BY {{ key }}, credit_t, reason
),
-- Most have one association; only the others are put together, which takes far longer.
several AS (
    SELECT
        told.{{ key }},
        told.credit_t,
        string_agg(DISTINCT nearest.association, ';' ORDER BY nearest.association) AS association,
        string_agg(DISTINCT nearest.partner_id, ';' ORDER BY nearest.partner_id) AS location
    FROM told
    JOIN nearest
        ON nearest.{{ key }} = told.{{ key }}
        AND nearest.credit_t = told.credit_t
        AND nearest.place = nearest.nearest_place
    WHERE told.has_several
    GROUP BY told.{{ key }}, told.credit_t
)
SELECT
    told.{{ key }},
    told.credit_t,
    told.reason,
    coalesce(several.association, told.association) AS association,
    coalesce(several.location, told.location) AS location
FROM told
LEFT JOIN several ON several.{{ key }} = told.{{ key }} AND several.credit_t = told.credit_t
