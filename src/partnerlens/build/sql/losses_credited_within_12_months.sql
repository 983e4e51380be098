-- Whom a loss is charged to: the partners that got the add of the customer in the twelve months before and have not
-- been charged for it (decisions.md 2, loss rule `credited_within_12_months`).
--
-- A customer's adds and losses alternate, so an add before the latest one has been charged by the loss between.
WITH charged AS (
    SELECT turns.customer_no, m.t, max(earlier.t) AS add_t
    FROM customer_turns turns
    JOIN months m ON m.has_predecessor AND turns.falls & m.bit <> 0
    JOIN months earlier
        ON earlier.t BETWEEN m.t - 12 AND m.t - 1 AND earlier.has_predecessor AND turns.rises & earlier.bit <> 0
    GROUP BY turns.customer_no, m.t
)
SELECT charged.customer_no, charged.t, adds.partner_no
FROM charged
JOIN credited_adds adds ON adds.customer_no = charged.customer_no AND adds.t = charged.add_t
