-- What became of each candidate fact, as far as the reader may see it. A partner never sees what others are credited
-- for: no fact of a subscription that it has no association on, and no amount where another partner is credited.
--
-- `ahead` is the mask of the months, from the data month on, in which a row counts if nothing is added. A row without a
-- reason counts in later months only.
SELECT
    j.side,
    j.is_counted AS counted,
    CASE
        WHEN j.is_counted THEN j.counted_reason
        WHEN j.early_reason IS NOT NULL THEN j.early_reason
        WHEN NOT j.is_credited THEN coalesce(standing.reason, 'no_association')
        WHEN NOT j.in_filter THEN 'filtered_out'
    END AS reason,
    j.counted_reason,
    j.month,
    j.customer_id,
    j.customer_name,
    j.country,
    j.subscription_id,
    j.product_id,
    j.workload,
    j.item,
    standing.association,
    standing.location,
    CASE WHEN asked.sees_all OR taken.credit_t IS NULL THEN j.amount END AS amount,
    CASE WHEN j.would_count AND j.in_filter THEN j.ahead ELSE 0 END AS ahead,
    CASE WHEN j.side = 'baseline' OR j.counted_reason = 'year_before' THEN 'base_month' ELSE 'window' END AS cause,
    CASE
        WHEN asked.sees_all THEN coalesce(taken.partners, j.note)
        WHEN taken.credit_t IS NULL THEN j.note
    END AS note
FROM judged j
CROSS JOIN asked
LEFT JOIN standing ON standing.{{ key }} = j.{{ key }} AND standing.credit_t = j.credit_t AND j.early_reason IS NULL
LEFT JOIN taken ON taken.{{ key }} = j.{{ key }} AND taken.credit_t = j.credit_t AND NOT j.is_credited
WHERE
    asked.sees_all
    OR j.is_credited
    OR j.subscription_no IS NULL
    OR j.subscription_no IN (SELECT subscription_no FROM own_associations)
