-- Customers lost in each month by partner, under the loss rule `all_associated`.
SELECT lost.partner_no, lost.t, CAST(0 AS INTEGER) AS place, count(*) AS amount
FROM losses_all_associated lost
JOIN months m ON m.t = lost.t AND m.is_counted
GROUP BY lost.partner_no, lost.t
