-- Distinct users of each month by partner, country and set of pairs used in that month; the sum over a
-- window is twelve times the mean (decisions.md 2, "mau", mean_monthly_distinct). Feeds without users
-- give counts by pair, which add up.
WITH seen AS (
    SELECT
        u.view_no,
        u.user_no,
        m.t
        {%- for word in pair_words %},
        bit_or(CASE WHEN u.word = {{ word }} THEN u.pair_bit ELSE 0 END) AS used_{{ word }}
        {%- endfor %}
    FROM view_users u
    JOIN months m ON u.months & m.bit <> 0
    GROUP BY u.view_no, u.user_no, m.t
),
view_counts AS (
    SELECT view_no, t{% for word in pair_words %}, used_{{ word }}{% endfor %}, count(*) AS users
    FROM seen
    GROUP BY view_no, t{% for word in pair_words %}, used_{{ word }}{% endfor %}
),
counted AS (
    SELECT coverage.partner_no, coverage.customer_no, v.t{% for word in pair_words %}, v.used_{{ word }}{% endfor %}, v.users
    FROM view_counts v
    JOIN views ON views.view_no = v.view_no
    JOIN coverage ON coverage.customer_no = views.customer_no AND coverage.months = views.months
    UNION ALL
    SELECT
        fed.partner_no,
        fed.customer_no,
        fed.t
        {%- for word in pair_words %}, CASE WHEN pairs.word = {{ word }} THEN pairs.bit ELSE 0 END{% endfor %},
        fed.users
    FROM feed_users fed
    JOIN pairs ON pairs.product_no = fed.product_no AND pairs.workload_no = fed.workload_no
)
SELECT
    counted.partner_no,
    c.country,
    counted.t
    {%- for word in pair_words %}, counted.used_{{ word }}{% endfor %},
    CAST(sum(counted.users) AS BIGINT) AS users
FROM counted
JOIN customers c ON c.customer_no = counted.customer_no
GROUP BY counted.partner_no, c.country, counted.t{% for word in pair_words %}, counted.used_{{ word }}{% endfor %}
