-- The rows that a step moved, each with the cause: that of the nearest changed facts, or what the step is about.
WITH numbered AS (
    SELECT moved.*, CAST(substr(month, 1, 4) AS INTEGER) * 12 + CAST(substr(month, 6, 2) AS INTEGER) - 1 AS month_no
    FROM moved
),
links AS (
    SELECT row_key, 1 AS distance, coalesce(customer_id, '') || chr(31) || 'item ' || item AS link
    FROM numbered
    WHERE item IS NOT NULL
    UNION ALL
    SELECT row_key, 2, 'subscription ' || subscription_id || chr(31) || CAST(month_no AS VARCHAR)
    FROM numbered
    WHERE subscription_id IS NOT NULL
    UNION ALL
    SELECT row_key, 3, 'subscription ' || subscription_id
    FROM numbered
    WHERE subscription_id IS NOT NULL
    UNION ALL
    SELECT row_key, 4, 'customer ' || customer_id || chr(31) || CAST(month_no AS VARCHAR)
    FROM numbered
    WHERE customer_id IS NOT NULL
    UNION ALL
    SELECT row_key, 5, 'customer ' || customer_id
    FROM numbered
    WHERE customer_id IS NOT NULL
    UNION ALL
    SELECT row_key, 6, 'all'
    FROM numbered
),
found AS (
    SELECT
        links.row_key,
        links.distance,
        f.is_correction,
        f.load,
        min(links.distance) OVER (PARTITION BY links.row_key) AS nearest
    FROM links
    JOIN fact_links f ON f.link = links.link
),
behind AS (
    SELECT row_key, is_correction, load FROM found WHERE distance = nearest
)
SELECT
    steps.step,
    CASE
        WHEN steps.kind = 'rules' THEN 'rule_change'
        WHEN steps.kind = 'month' AND n.movement = 'changed' AND n.change > 0 THEN 'entered'
        WHEN steps.kind = 'month' AND n.movement = 'entered' THEN 'entered'
        WHEN steps.kind = 'month' THEN 'rolled_off'
        WHEN behind.is_correction = 0 THEN 'late_fact'
        ELSE 'correction'
    END AS cause,
    steps.source,
    CASE WHEN steps.kind = 'facts' THEN behind.load END AS load,
    n.*
FROM numbered n
CROSS JOIN steps
LEFT JOIN behind ON behind.row_key = n.row_key
