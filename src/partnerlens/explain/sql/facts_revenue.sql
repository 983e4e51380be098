{% import '_billing.sql' as billing -%}
{% macro short(number) %}trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST({{ number }} AS VARCHAR))){% endmacro -%}
-- Candidates of revenue: the billed lines of the window and of the twelve months before it.
SELECT
    'numerator' AS side,
    FALSE AS only_counted,
    'billed' AS counted_reason,
    CASE
        WHEN b.billing_month < asked.first_month THEN 'outside_window'
        WHEN {{ billing.counts() }} THEN NULL
        WHEN s.channel <> 'EA' THEN 'channel_not_counted'
        WHEN {{ billing.agreement_month() }} < 0 THEN 'ea_before_agreement'
        ELSE 'ea_after_first_year'
    END AS early_reason,
    p.takes_facts AND c.is_kept AS in_filter,
    b.billing_month AS month,
    m.t AS credit_t,
    s.customer_no,
    b.subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    s.subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    b.invoice_id || '/' || b.line_id AS item,
    {{ billing.amount() }} AS amount,
    b.billing_month + 12 AS leaves,
    CASE
        WHEN b.currency <> program.reporting_currency
        THEN {{ short('b.amount') }} || ' ' || b.currency || ' x ' || {{ short('r.rate') }}
    END AS note
FROM billing_lines b
CROSS JOIN asked
CROSS JOIN program
JOIN months m ON m.month = b.billing_month AND m.month BETWEEN asked.first_month - 12 AND asked.data_month
JOIN subscriptions s ON s.subscription_no = b.subscription_no
JOIN kept_products p ON p.product_no = s.product_no
JOIN kept_customers c ON c.customer_no = s.customer_no
LEFT JOIN exchange_rates r ON r.month = b.billing_month AND r.currency = b.currency
