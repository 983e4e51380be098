-- Candidates of new deployments: the customers that run production instances of a product in scope at the end of the
-- data month (or each of these instances), by whether their users crossed the threshold within the window; and those
-- that crossed it without an instance.
WITH running AS (
    SELECT i.customer_no, i.product_no, i.instance_id
    FROM instance_months i
    CROSS JOIN asked
    JOIN months m ON m.month = asked.data_month AND i.months & m.bit <> 0
    JOIN scope_products scope ON scope.product_no = i.product_no
),
units AS (
    SELECT DISTINCT
        running.customer_no,
        CASE WHEN threshold.is_by_instance THEN running.product_no END AS product_no,
        CASE WHEN threshold.is_by_instance THEN running.instance_id END AS instance_id,
        TRUE AS is_running
    FROM running
    CROSS JOIN threshold
    UNION ALL
    SELECT c.customer_no, CAST(NULL AS BIGINT), CAST(NULL AS VARCHAR), FALSE
    FROM kept_customers c
    WHERE c.customer_no NOT IN (SELECT customer_no FROM running)
),
placed AS (
    SELECT units.*, deployment_sets.sets, masks.ahead
    FROM units
    JOIN deployment_sets ON deployment_sets.customer_no = units.customer_no
    JOIN set_masks masks ON masks.sets = deployment_sets.sets
),
told AS (
    SELECT
        placed.*,
        CASE
            WHEN NOT is_running THEN 'no_production_instance'
            WHEN ahead & 1 <> 0 THEN NULL
            WHEN sets = 0 THEN 'below_deployment_size'
            ELSE 'deployed_before'
        END AS early_reason,
        FALSE AS only_counted,
        ahead AS counts_in
    FROM placed
    WHERE is_running OR ahead & 1 <> 0
    UNION ALL
    SELECT placed.*, NULL, TRUE, ahead
    FROM placed
    WHERE is_running AND ahead & 1 = 0 AND ahead <> 0
)
SELECT
    'numerator' AS side,
    told.only_counted,
    'deployed' AS counted_reason,
    told.early_reason,
    TRUE AS in_filter,
    asked.data_month AS month,
    m.t AS credit_t,
    told.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    told.instance_id AS item,
    CAST(1 AS DECIMAL(38, 18)) AS amount,
    told.counts_in AS ahead,
    CAST(NULL AS VARCHAR) AS note
FROM told
CROSS JOIN asked
JOIN months m ON m.month = asked.data_month
JOIN kept_customers c ON c.customer_no = told.customer_no
LEFT JOIN kept_products p ON p.product_no = told.product_no
