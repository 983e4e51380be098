-- Paid seats added less paid seats lost in each month (decisions.md 2, "net_seat_adds").
--
-- A rise belongs to the partners credited (sale) at the end of the month, a fall to those at the end
-- of the month before. The first month of facts has no predecessor and yields no change.
WITH credited AS (
    SELECT DISTINCT subscription_no FROM sale_links
),
paid AS (
    SELECT
        seats.subscription_no,
        m.t,
        seats.sold_seats AS sold,
        lag(m.t) OVER w AS earlier_t,
        lag(seats.sold_seats) OVER w AS earlier_sold,
        lead(m.t) OVER w AS later_t
    FROM seats
    JOIN months m ON m.month = seats.month AND m.is_read
    JOIN subscriptions s ON s.subscription_no = seats.subscription_no
    JOIN credited ON credited.subscription_no = seats.subscription_no
    WHERE seats.state IN ('active', 'in_grace') AND s.licence_type = 'paid' AND seats.sold_seats > 0
    WINDOW w AS (PARTITION BY seats.subscription_no ORDER BY m.t ASC NULLS LAST)
),
changes AS (
    -- From the month before, or from none when the subscription had no paid seat then.
    SELECT subscription_no, t, sold - CASE WHEN earlier_t = t - 1 THEN earlier_sold ELSE 0 END AS change
    FROM paid
    UNION ALL
    -- To none, when the month after has no paid seat.
    SELECT subscription_no, t + 1, -sold
    FROM paid
    WHERE later_t IS NULL OR later_t <> t + 1
),
counted AS (
    SELECT links.cell_no, changes.t, sum(changes.change) AS change
    FROM changes
    JOIN months m ON m.t = changes.t AND m.has_predecessor AND m.is_counted
    JOIN sale_links links
        ON links.subscription_no = changes.subscription_no
        AND CASE WHEN changes.change > 0 THEN links.months ELSE links.months * 2 END & m.bit <> 0
    WHERE changes.change <> 0
    GROUP BY links.cell_no, changes.t
)
SELECT cells.partner_no, cells.product_no, cells.country, counted.t, CAST(counted.change AS BIGINT) AS change
FROM counted
JOIN sale_cells cells ON cells.cell_no = counted.cell_no
