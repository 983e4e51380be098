{% from '_row.sql' import row -%}
-- D-19: customers whose users, in the best month of the window, lie a little below the size of a deployment.
WITH best AS (
    SELECT u.customer_no, max(u.users) AS users
    FROM used u
    CROSS JOIN asked
    WHERE u.t > asked.base_t
    GROUP BY u.customer_no
)
SELECT
    {{ row(
        partner='credit.partner_no',
        customer='credit.customer_no',
        amount='d.users - best.users',
        note="d.scorecard || ' ' || d.track"
    ) }}
FROM deployment_sizes d
JOIN partners p ON p.partner_id = d.partner_id
JOIN customer_credit credit ON credit.partner_no = p.partner_no
JOIN best ON best.customer_no = credit.customer_no
CROSS JOIN asked
WHERE
    credit.usage & asked.data_bit <> 0
    AND best.users < d.users
    AND best.users >= d.users - asked.near_users
    AND credit.customer_no IN (
        SELECT customer_no
        FROM instances
        WHERE kind = 'production' AND deployed_on <= asked.last_day AND (retired_on IS NULL OR retired_on > asked.last_day)
    )
