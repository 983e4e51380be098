{% import '_billing.sql' as billing -%}
-- What was billed on each subscription in each month of the window: what counts as revenue, and what an enterprise
-- agreement brings after its first year.
SELECT
    b.subscription_no,
    s.customer_no,
    s.product_no,
    m.t,
    m.bit,
    m.month,
    sum(CASE WHEN {{ billing.counts() }} THEN {{ billing.amount() }} ELSE CAST(0 AS DECIMAL(38, 18)) END) AS amount,
    sum(
        CASE
            WHEN s.channel = 'EA' AND b.billing_month > {{ billing.last_month() }} THEN {{ billing.amount() }}
            ELSE CAST(0 AS DECIMAL(38, 18))
        END
    ) AS late_amount
FROM billing_lines b
JOIN months m ON m.month = b.billing_month
CROSS JOIN asked
JOIN subscriptions s ON s.subscription_no = b.subscription_no
CROSS JOIN program
LEFT JOIN exchange_rates r ON r.month = b.billing_month AND r.currency = b.currency
WHERE b.billing_month BETWEEN asked.first_month AND asked.data_month
GROUP BY b.subscription_no, s.customer_no, s.product_no, m.t, m.bit, m.month
