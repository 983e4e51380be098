-- The months in which each user acted with intent, by product and workload. Month 0 of a pass is there for
-- changes alone; no window reaches it.
SELECT
    a.customer_no,
    a.user_no,
    a.product_no,
    a.workload_no,
    bit_or(days.bit) AS months
FROM activity a
JOIN days ON days.day = a.date AND days.t > 0
WHERE a.intentional
GROUP BY a.customer_no, a.user_no, a.product_no, a.workload_no
