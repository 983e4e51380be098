{% from '_row.sql' import row -%}
-- D-11: customers whose licences are more than those of the subscriptions that credit the partner (usage).
WITH present AS (
    SELECT seats.subscription_no, paid.customer_no, seats.sold_seats
    FROM seats
    JOIN subscription_months paid ON paid.subscription_no = seats.subscription_no
    CROSS JOIN asked
    WHERE seats.month = asked.data_month AND paid.paid & asked.data_bit <> 0
),
every AS (
    SELECT customer_no, sum(sold_seats) AS seats
    FROM present
    GROUP BY customer_no
),
own AS (
    SELECT credit.partner_no, present.customer_no, sum(present.sold_seats) AS seats
    FROM present
    JOIN subscription_credit credit ON credit.subscription_no = present.subscription_no
    JOIN asked_partners a ON a.partner_no = credit.partner_no
    CROSS JOIN asked
    WHERE credit.usage & asked.data_bit <> 0
    GROUP BY credit.partner_no, present.customer_no
)
SELECT
    {{ row(
        partner='own.partner_no',
        customer='own.customer_no',
        amount='every.seats - own.seats',
        note="CAST(own.seats AS VARCHAR) || ' / ' || CAST(every.seats AS VARCHAR)"
    ) }}
FROM own
JOIN every ON every.customer_no = own.customer_no AND every.seats > own.seats
CROSS JOIN asked
