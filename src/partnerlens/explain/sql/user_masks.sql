{% set taken = 'p.takes_use AND w.takes_use' if by_pair else 'TRUE' -%}
-- The months of each user as masks: seen with a pair of the filter, acted with intent, and acted with intent
-- with a pair of the filter. Both the product and the workload of a row have to match.
SELECT
    a.customer_no,
    a.user_no,
    bit_or(CASE WHEN {{ taken }} THEN days.bit ELSE 0 END) AS seen,
    bit_or(CASE WHEN a.intentional THEN days.bit ELSE 0 END) AS intended,
    bit_or(CASE WHEN a.intentional AND {{ taken }} THEN days.bit ELSE 0 END) AS kept
FROM activity a
JOIN days ON days.day = a.date
{% if by_pair %}
JOIN kept_products p ON p.product_no = a.product_no
JOIN kept_workloads w ON w.workload_no = a.workload_no
{% endif %}
WHERE a.customer_no IN (SELECT customer_no FROM near_customers)
GROUP BY a.customer_no, a.user_no
