-- The set of months in which each of the partner's units qualifies, as in the build's step score_qualified; units that
-- measure something and qualify in none have the empty set.
WITH every AS (
    SELECT u.customer_no, u.product_no, places.bit
    FROM qualified_units u
    JOIN asked ON asked.partner_no = u.partner_no
    JOIN months m ON m.t = u.t AND m.month = asked.data_month
    JOIN places ON places.place = u.place
    UNION ALL
    SELECT DISTINCT customer_no, product_no, CAST(0 AS BIGINT)
    FROM unit_values
)
SELECT customer_no, product_no, CAST(sum(bit) AS BIGINT) AS sets
FROM every
GROUP BY customer_no, product_no
