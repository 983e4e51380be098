-- Revenue of each month by partner.
SELECT partner_no, t, CAST(0 AS INTEGER) AS place, CAST(sum(amount) AS DECIMAL(38, 18)) AS amount
FROM revenue
GROUP BY partner_no, t
