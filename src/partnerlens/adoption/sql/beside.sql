-- Licences beside the counted ones whose users are counted all the same: of subscriptions that are suspended or gone
-- since the month before (D-09b), and of trials and other licences that nobody bought (D-09c).
WITH now AS (
    SELECT l.*
    FROM licences l
    JOIN asked ON asked.t = l.t
),
before AS (
    SELECT l.*
    FROM licences l
    JOIN asked ON asked.t = l.t + 1
    WHERE l.is_entitled
),
listed AS (
    SELECT
        now.customer_no,
        now.product_no,
        now.licence,
        CASE WHEN now.sold > 0 THEN now.sold ELSE coalesce(before.sold, 0) END AS seats
    FROM now
    LEFT JOIN before ON before.subscription_no = now.subscription_no
    WHERE NOT now.is_counted
    UNION ALL
    SELECT before.customer_no, before.product_no, before.licence, before.sold AS seats
    FROM before
    LEFT JOIN now ON now.subscription_no = before.subscription_no
    WHERE now.subscription_no IS NULL
)
SELECT
    listed.customer_no,
    listed.product_no,
    CAST(sum(CASE WHEN listed.licence = 'paid' OR asked.include_trials THEN listed.seats ELSE 0 END) AS BIGINT)
        AS ended_seats,
    CAST(sum(CASE WHEN listed.licence = 'paid' OR asked.include_trials THEN 0 ELSE listed.seats END) AS BIGINT)
        AS unsold_seats
FROM listed
CROSS JOIN asked
GROUP BY listed.customer_no, listed.product_no
