-- Qualifying units by partner and `place`, the set of months in which they qualify: bit 0 is the month a year before
-- the data month, bit 12 the data month, bit 24 the month a year after it.
WITH units AS (
    SELECT u.partner_no, u.customer_no, u.product_no, u.t, sum(places.bit) AS months
    FROM qualified_units u
    JOIN places ON places.place = u.place
    GROUP BY u.partner_no, u.customer_no, u.product_no, u.t
)
SELECT partner_no, t, CAST(months AS INTEGER) AS place, count(*) AS amount
FROM units
GROUP BY partner_no, t, months
