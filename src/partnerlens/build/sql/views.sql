-- Each distinct coverage of a customer, numbered.
SELECT customer_no, months, row_number() OVER (ORDER BY customer_no, months) AS view_no
FROM (SELECT DISTINCT customer_no, months FROM coverage) AS distinct_coverage
