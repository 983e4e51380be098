-- What the counted rows of each customer add up to, by side.
SELECT
    customer_id,
    max(customer_name) AS customer_name,
    max(country) AS country,
    count(*) AS rows,
    sum(CASE WHEN side = 'numerator' THEN amount ELSE CAST(0 AS DECIMAL(38, 18)) END) AS numerator,
    sum(CASE WHEN side = 'denominator' THEN amount ELSE CAST(0 AS DECIMAL(38, 18)) END) AS denominator,
    sum(CASE WHEN side = 'baseline' THEN amount ELSE CAST(0 AS DECIMAL(38, 18)) END) AS baseline
FROM found
WHERE counted AND reason IS NOT NULL AND customer_id IS NOT NULL
GROUP BY customer_id
