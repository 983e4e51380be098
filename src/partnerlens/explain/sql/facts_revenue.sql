{% import '_billing.sql' as billing -%}
{% macro short(number) %}trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST({{ number }} AS VARCHAR))){% endmacro -%}
-- Candidates of revenue: the billed lines of the window and of the twelve months before it; of a growth, those of the
-- months that are compared (`terms`).
SELECT
    terms.side,
    terms.only_counted,
    coalesce(terms.reason, 'billed') AS counted_reason,
    CASE
        WHEN terms.ahead = 0 THEN 'outside_window'
        WHEN s.channel NOT IN ('CSP', 'WEB_DIRECT', 'EA') THEN 'channel_not_counted'
        WHEN s.channel = 'EA' AND b.billing_month < {{ billing.agreement_month() }} THEN 'ea_before_agreement'
        WHEN NOT {{ billing.counts() }} THEN 'ea_after_first_year'
        WHEN NOT p.is_in_scope THEN 'not_qualifying_product'
    END AS early_reason,
    p.takes_facts AND c.is_kept AS in_filter,
    b.billing_month AS month,
    terms.credit_t,
    s.customer_no,
    b.subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    s.subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    b.invoice_id || '/' || b.line_id AS item,
    CASE WHEN terms.sign < 0 THEN -{{ billing.amount() }} ELSE {{ billing.amount() }} END AS amount,
    terms.ahead,
    CASE
        WHEN b.currency <> program.reporting_currency
        THEN {{ short('b.amount') }} || ' ' || b.currency || ' x ' || {{ short('r.rate') }}
    END AS note
FROM billing_lines b
CROSS JOIN program
JOIN terms ON terms.month = b.billing_month
JOIN subscriptions s ON s.subscription_no = b.subscription_no
JOIN kept_products p ON p.product_no = s.product_no
JOIN kept_customers c ON c.customer_no = s.customer_no
LEFT JOIN exchange_rates r ON r.month = b.billing_month AND r.currency = b.currency
