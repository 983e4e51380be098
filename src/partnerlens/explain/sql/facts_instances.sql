-- Candidates of production instances: those that run at the end of the data month, and those retired in the window.
SELECT
    'numerator' AS side,
    FALSE AS only_counted,
    'in_production' AS counted_reason,
    CASE
        WHEN i.kind <> 'production' THEN 'sandbox'
        WHEN i.retired_on <= asked.last_day THEN 'instance_retired'
    END AS early_reason,
    p.takes_facts AND c.is_kept AS in_filter,
    asked.data_month AS month,
    m.t AS credit_t,
    i.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    i.instance_id AS item,
    CAST(1 AS DECIMAL(38, 18)) AS amount,
    asked.always AS ahead,
    CAST(i.deployed_on AS VARCHAR)
    || CASE WHEN i.retired_on <= asked.last_day THEN '..' || CAST(i.retired_on AS VARCHAR) ELSE '' END AS note
FROM instances i
CROSS JOIN asked
JOIN months m ON m.month = asked.data_month
JOIN kept_products p ON p.product_no = i.product_no
JOIN kept_customers c ON c.customer_no = i.customer_no
WHERE i.deployed_on <= asked.last_day AND (i.retired_on IS NULL OR i.retired_on >= asked.first_day)
