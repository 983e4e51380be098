-- The facts of one table that two snapshots do not share, each with whether the earlier snapshot had its key: then it
-- was corrected, otherwise it came late. A correction shows twice, with its old and its new content.
WITH differing AS (
    SELECT
        fact_key,
        content,
        max(customer_id) AS customer_id,
        max(subscription_id) AS subscription_id,
        max(item) AS item,
        max(month) AS month,
        min(is_newer) AS is_newer,
        max(load) AS load
    FROM fact_rows
    GROUP BY fact_key, content
    HAVING min(is_newer) = max(is_newer)
)
SELECT
    customer_id,
    subscription_id,
    item,
    month,
    CASE WHEN min(is_newer) OVER (PARTITION BY fact_key) = 0 THEN 1 ELSE 0 END AS is_correction,
    CASE WHEN is_newer = 1 THEN load END AS load
FROM differing
