-- Customers credited (usage) at the end of a data month that run production instances then, by `place`, the set of
-- months in which their users reached the threshold: bit 0 is the month a year before, bit 12 the data month.
-- Sets of no month and of all thirteen are left out, since they cross in no window.
WITH reached AS (
    SELECT used.customer_no, bit_or(m.bit) AS months
    FROM customer_users used
    JOIN months m ON m.t = used.t
    JOIN threshold ON used.amount >= threshold.users
    GROUP BY used.customer_no
),
placed AS (
    -- A quotient by a power of two is exact: masks have fewer bits than the mantissa.
    SELECT
        reached.customer_no,
        m.t,
        m.bit,
        CAST(floor(CAST(reached.months AS DOUBLE) / year_before.bit) AS BIGINT) & 8191 AS place
    FROM reached
    JOIN months m ON m.is_counted
    JOIN months year_before ON year_before.t = m.t - 12
),
running AS (
    SELECT i.customer_no, placed.t, placed.bit, placed.place, count(*) AS instances
    FROM placed
    JOIN instance_months i ON i.customer_no = placed.customer_no AND i.months & placed.bit <> 0
    JOIN scope_products scope ON scope.product_no = i.product_no
    WHERE placed.place NOT IN (0, 8191)
    GROUP BY i.customer_no, placed.t, placed.bit, placed.place
)
SELECT
    credit.partner_no,
    running.t,
    CAST(running.place AS INTEGER) AS place,
    CAST(sum(CASE WHEN threshold.is_by_instance THEN running.instances ELSE 1 END) AS BIGINT) AS amount
FROM running
CROSS JOIN threshold
JOIN customer_credit credit ON credit.customer_no = running.customer_no AND credit.usage & running.bit <> 0
GROUP BY credit.partner_no, running.t, running.place
