-- Customers added in each month by partner.
SELECT adds.partner_no, adds.t, CAST(0 AS INTEGER) AS place, count(*) AS amount
FROM credited_adds adds
JOIN months m ON m.t = adds.t AND m.is_counted
GROUP BY adds.partner_no, adds.t
