-- What the evidence of each finding and partner adds up to.
SELECT
    code,
    place,
    partner_id,
    count(*) AS rows,
    count(DISTINCT customer_id) AS customers,
    count(DISTINCT subscription_id) AS subscriptions,
    count(DISTINCT item) AS items,
    CAST(sum(amount) AS DECIMAL(38, 18)) AS amount
FROM evidence
GROUP BY code, place, partner_id
ORDER BY place ASC, partner_id ASC NULLS FIRST
