-- How many rows there are by side and reason, and what they add up to.
SELECT side, counted, reason, count(*) AS rows, coalesce(sum(amount), CAST(0 AS DECIMAL(38, 18))) AS amount
FROM found
WHERE reason IS NOT NULL
GROUP BY side, counted, reason
