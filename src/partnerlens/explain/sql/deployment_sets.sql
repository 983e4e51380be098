-- The set of months, as in the build's step score_crossings, in which each customer had enough users: bit 0 is the month
-- a year before, bit 12 the data month. Every customer has one, also without users.
WITH reached AS (
    SELECT used.customer_no, year.place
    FROM customer_users used
    JOIN year_places year ON year.t = used.t
    JOIN threshold ON used.amount >= threshold.users
)
SELECT c.customer_no, CAST(coalesce(sum(reached.place), 0) AS BIGINT) AS sets
FROM customers c
LEFT JOIN reached ON reached.customer_no = c.customer_no
GROUP BY c.customer_no
