{% from '_row.sql' import row -%}
-- D-21: customers that had paid seats before anybody was credited on them, so that the partner gets no add for them.
WITH firsts AS (
    SELECT credit.partner_no, credit.customer_no, min(m.t) AS t
    FROM customer_credit credit
    JOIN months m ON credit.sale & m.bit <> 0
    GROUP BY credit.partner_no, credit.customer_no
),
anybody AS (
    SELECT customer_no, min(t) AS t
    FROM firsts
    GROUP BY customer_no
),
seated AS (
    SELECT customer_no, bit_or(seated) AS months
    FROM subscription_months
    GROUP BY customer_no
)
SELECT
    {{ row(partner='f.partner_no', customer='f.customer_no', month='m.month', amount='1') }}
FROM firsts f
JOIN asked_partners a ON a.partner_no = f.partner_no
JOIN anybody ON anybody.customer_no = f.customer_no AND anybody.t = f.t
JOIN months m ON m.t = f.t
JOIN months before ON before.t = f.t - 1
JOIN seated ON seated.customer_no = f.customer_no AND seated.months & before.bit <> 0
CROSS JOIN asked
WHERE f.t > asked.base_t
