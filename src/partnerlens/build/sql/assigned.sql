-- Assigned seats at the end of each data month: active and in-grace subscriptions of every licence type
-- of the customers credited (usage) then (decisions.md 2, "mau_per_assigned_seat").
WITH counted AS (
    SELECT links.cell_no, m.t, sum(seats.assigned_seats) AS assigned
    FROM seats
    JOIN months m ON m.month = seats.month AND m.is_result
    JOIN usage_links links ON links.subscription_no = seats.subscription_no AND links.months & m.bit <> 0
    WHERE seats.state IN ('active', 'in_grace') AND seats.assigned_seats > 0
    GROUP BY links.cell_no, m.t
)
SELECT cells.partner_no, cells.product_no, cells.country, counted.t, CAST(counted.assigned AS BIGINT) AS assigned
FROM counted
JOIN usage_cells cells ON cells.cell_no = counted.cell_no
