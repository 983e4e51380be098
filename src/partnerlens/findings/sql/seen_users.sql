-- Who acted with intent in which month, from the month a year before the data month on.
SELECT DISTINCT a.customer_no, days.t, a.user_no
FROM activity a
JOIN days ON days.day = a.date
CROSS JOIN asked
WHERE a.intentional AND days.t >= asked.base_t
