-- Subscriptions whose seats nobody bought although their licence type says paid (domain.md, D-29): of products that are
-- given away by their name, and large ones that no invoice of the twelve months names. Where the program has no invoice
-- at all, nothing is said about size.
WITH billed AS (
    SELECT DISTINCT b.subscription_no
    FROM billing_lines b
    JOIN months m ON m.month = b.billing_month AND m.is_result
    WHERE b.amount <> 0
),
large AS (
    SELECT DISTINCT seats.subscription_no
    FROM seats
    JOIN months m ON m.month = seats.month AND m.is_result
    CROSS JOIN asked
    WHERE asked.has_invoices AND seats.sold_seats >= asked.least_unsold_seats
)
SELECT s.subscription_no
FROM subscriptions s
JOIN given_away g ON g.product_no = s.product_no
UNION
SELECT large.subscription_no
FROM large
LEFT JOIN billed ON billed.subscription_no = large.subscription_no
WHERE billed.subscription_no IS NULL
