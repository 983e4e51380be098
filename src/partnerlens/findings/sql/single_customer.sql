{% from '_row.sql' import row -%}
-- D-20: customers that make up more than a share of a partner's users, or of their decline since a year before.
WITH mine AS (
    SELECT
        credit.partner_no,
        credit.customer_no,
        sum(CASE WHEN u.t = asked.data_t THEN u.users ELSE 0 END) AS users,
        sum(CASE WHEN u.t = asked.base_t THEN u.users ELSE 0 END) AS base_users
    FROM used u
    CROSS JOIN asked
    JOIN months m ON m.t = u.t
    JOIN customer_credit credit ON credit.customer_no = u.customer_no AND credit.usage & m.bit <> 0
    JOIN asked_partners a ON a.partner_no = credit.partner_no
    WHERE u.t = asked.data_t OR u.t = asked.base_t
    GROUP BY credit.partner_no, credit.customer_no
),
totals AS (
    SELECT partner_no, sum(users) AS users, sum(base_users) AS base_users, count(*) AS customers
    FROM mine
    GROUP BY partner_no
)
SELECT
    {{ row(partner='m.partner_no', customer='m.customer_no', item="'users'", amount='m.users') }}
FROM mine m
JOIN totals t ON t.partner_no = m.partner_no
CROSS JOIN asked
WHERE t.customers > 1 AND m.users * 100 > t.users * asked.single_percent
UNION ALL
SELECT
    {{ row(partner='m.partner_no', customer='m.customer_no', item="'decline'", amount='m.base_users - m.users') }}
FROM mine m
JOIN totals t ON t.partner_no = m.partner_no
CROSS JOIN asked
WHERE
    t.customers > 1
    AND t.users < t.base_users
    AND (m.base_users - m.users) * 100 > (t.base_users - t.users) * asked.single_percent
