-- Candidates of lost customers: the losses of the window and of the twelve months before it, each at the month whose
-- credit decides whether it is charged: the month before the loss (`all_associated`), or that of the add
-- (`credited_within_12_months`). They take one away.
{% if loss_rule == 'all_associated' -%}
WITH lost AS (
    SELECT turns.customer_no, m.t, m.t - 1 AS credit_t, CAST(NULL AS VARCHAR) AS early_reason
    FROM customer_turns turns
    JOIN months m ON m.has_predecessor AND turns.falls & m.bit <> 0
)
{%- else -%}
WITH {% include '_charged.sql' %},
lost AS (
    SELECT customer_no, t, add_t AS credit_t, CAST(NULL AS VARCHAR) AS early_reason
    FROM charged
    UNION ALL
    SELECT turns.customer_no, m.t, m.t - 1, 'added_too_long_ago'
    FROM customer_turns turns
    JOIN months m ON m.has_predecessor AND turns.falls & m.bit <> 0
    WHERE NOT EXISTS (SELECT 1 FROM charged WHERE charged.customer_no = turns.customer_no AND charged.t = m.t)
)
{%- endif %}
SELECT
    terms.side,
    terms.only_counted,
    'lost' AS counted_reason,
    CASE WHEN terms.ahead = 0 THEN 'outside_window' ELSE lost.early_reason END AS early_reason,
    TRUE AS in_filter,
    terms.month,
    lost.credit_t,
    lost.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    CAST(NULL AS VARCHAR) AS product_id,
    CAST(NULL AS VARCHAR) AS workload,
    CAST(NULL AS VARCHAR) AS item,
    CAST(-1 AS DECIMAL(38, 18)) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM lost
JOIN terms ON terms.t = lost.t
JOIN kept_customers c ON c.customer_no = lost.customer_no
