-- The months in which each user acted with intent, by product and workload.
--
-- Activity in a month in which nobody is credited (usage) on the customer counts for no partner and is left
-- out before the large grouping; so are the months that no window reaches.
WITH credited AS (
    SELECT customer_no, bit_or(usage) AS months
    FROM customer_credit
    GROUP BY customer_no
)
SELECT
    a.customer_no,
    a.user_no,
    a.product_no,
    a.workload_no,
    bit_or(days.bit) AS months
FROM activity a
JOIN days ON days.day = a.date AND days.is_windowed
JOIN credited ON credited.customer_no = a.customer_no AND credited.months & days.bit <> 0
WHERE a.intentional
GROUP BY a.customer_no, a.user_no, a.product_no, a.workload_no
