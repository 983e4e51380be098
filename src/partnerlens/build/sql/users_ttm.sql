-- Distinct users of the trailing twelve months, as changes of a running count: a user counts in a data
-- month under the set of pairs used in its window. The sum of the changes up to a data month gives the
-- number of users by partner, country and set (decisions.md 2, "mau", ttm_distinct_over_12).
--
-- A month of use reaches the twelve data months whose window holds it, so a user's set changes rarely;
-- only these changes are written out. Bits of one mask or the other but not of both are those of either less those of
-- both, which every engine computes alike (not so the negation of a common part).
WITH turning AS (
    SELECT view_no, user_no, bit_or((windows | windows * 2) - (windows & windows * 2)) AS months
    FROM view_users
    GROUP BY view_no, user_no
),
changes AS (
    SELECT
        u.view_no,
        u.user_no,
        m.t
        {%- for word in pair_words %},
        bit_or(CASE WHEN u.word = {{ word }} AND u.windows * 2 & m.bit <> 0 THEN u.pair_bit ELSE 0 END) AS before_{{ word }},
        bit_or(CASE WHEN u.word = {{ word }} AND u.windows & m.bit <> 0 THEN u.pair_bit ELSE 0 END) AS after_{{ word }}
        {%- endfor %}
    FROM turning
    JOIN months m ON m.is_result AND turning.months & m.bit <> 0
    JOIN view_users u ON u.view_no = turning.view_no AND u.user_no = turning.user_no
    GROUP BY u.view_no, u.user_no, m.t
),
moves AS (
    SELECT view_no, t{% for word in pair_words %}, after_{{ word }} AS used_{{ word }}{% endfor %}, 1 AS moved
    FROM changes
    UNION ALL
    SELECT view_no, t{% for word in pair_words %}, before_{{ word }}{% endfor %}, -1
    FROM changes
),
view_moves AS (
    SELECT view_no, t{% for word in pair_words %}, used_{{ word }}{% endfor %}, sum(moved) AS users
    FROM moves
    WHERE {% for word in pair_words %}{{ 'OR ' if not loop.first }}used_{{ word }} <> 0 {% endfor %}
    GROUP BY view_no, t{% for word in pair_words %}, used_{{ word }}{% endfor %}
    HAVING sum(moved) <> 0
)
SELECT
    coverage.partner_no,
    c.country,
    v.t
    {%- for word in pair_words %}, v.used_{{ word }}{% endfor %},
    CAST(sum(v.users) AS BIGINT) AS users
FROM view_moves v
JOIN views ON views.view_no = v.view_no
JOIN coverage ON coverage.customer_no = views.customer_no AND coverage.months = views.months
JOIN customers c ON c.customer_no = views.customer_no
GROUP BY coverage.partner_no, c.country, v.t{% for word in pair_words %}, v.used_{{ word }}{% endfor %}
HAVING sum(v.users) <> 0
