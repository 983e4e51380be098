{% import '_billing.sql' as billing %}
-- The first and the last month (counted from year 0) whose billed lines count as revenue, by subscription (see `revenue`).
SELECT
    s.subscription_no,
    CAST(coalesce({{ billing.first_month() }}, 1) AS BIGINT) AS first_month,
    CAST(coalesce({{ billing.last_month() }}, 0) AS BIGINT) AS last_month
FROM subscriptions s
