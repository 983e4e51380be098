-- The months in which each user acted with intent, by product and workload.
SELECT
    a.customer_no,
    a.user_no,
    a.product_no,
    a.workload_no,
    bit_or(days.bit) AS months
FROM activity a
JOIN days ON days.day = a.date
WHERE a.intentional
GROUP BY a.customer_no, a.user_no, a.product_no, a.workload_no
