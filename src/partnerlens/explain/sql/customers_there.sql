-- How many counted rows there are, of how many customers; of the chosen customer, or of all.
SELECT count(*) AS rows, count(DISTINCT f.customer_id) AS customers
FROM found f
CROSS JOIN chosen
WHERE f.counted AND f.reason IS NOT NULL AND (chosen.customer_id IS NULL OR f.customer_id = chosen.customer_id)
