-- Candidates of the net promoter score: the survey responses of the window and of the twelve months before it, once
-- above the line (promoters 100, detractors -100) and, those that count, once below it.
WITH sides AS (
    SELECT 'numerator' AS side, FALSE AS only_counted
    UNION ALL
    SELECT 'denominator', TRUE
)
SELECT
    sides.side,
    sides.only_counted,
    CASE WHEN r.score >= 9 THEN 'promoter' WHEN r.score <= 6 THEN 'detractor' ELSE 'neutral' END AS counted_reason,
    CASE WHEN m.month < asked.first_month THEN 'outside_window' END AS early_reason,
    p.takes_facts AND c.is_kept AS in_filter,
    m.month,
    m.t AS credit_t,
    r.customer_no,
    CAST(NULL AS BIGINT) AS subscription_no,
    c.customer_id,
    c.name AS customer_name,
    c.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    p.product_id,
    CAST(NULL AS VARCHAR) AS workload,
    r.response_id AS item,
    CAST(
        CASE
            WHEN sides.only_counted THEN 1
            WHEN r.score >= 9 THEN 100
            WHEN r.score <= 6 THEN -100
            ELSE 0
        END
        AS DECIMAL(38, 18)
    ) AS amount,
    terms.ahead,
    CAST(NULL AS VARCHAR) AS note
FROM survey_responses r
CROSS JOIN sides
CROSS JOIN asked
JOIN days d ON d.day = r.responded_on
JOIN months m ON m.t = d.t
JOIN terms ON terms.t = m.t
JOIN kept_products p ON p.product_no = r.product_no
JOIN kept_customers c ON c.customer_no = r.customer_no
