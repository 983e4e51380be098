-- How many rows there are by side and reason, what they add up to, and of how many the amount may be seen.
SELECT
    side,
    counted,
    reason,
    count(*) AS rows,
    count(amount) AS known,
    coalesce(sum(amount), CAST(0 AS DECIMAL(38, 18))) AS amount
FROM found
WHERE reason IS NOT NULL
GROUP BY side, counted, reason
