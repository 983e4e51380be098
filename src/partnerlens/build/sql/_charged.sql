charged AS (
    SELECT turns.customer_no, m.t, max(earlier.t) AS add_t
    FROM customer_turns turns
    JOIN months m ON m.has_predecessor AND turns.falls & m.bit <> 0
    JOIN months earlier
        ON earlier.t BETWEEN m.t - 12 AND m.t - 1 AND earlier.has_predecessor AND turns.rises & earlier.bit <> 0
    GROUP BY turns.customer_no, m.t
)
