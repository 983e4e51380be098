-- Customers that one of the two scenarios of the source page fits (domain.md 1.3; D-10).
--
-- Low adoption: less than half deployed, or less than half used, at the ends of this month and of the two before.
-- New to the software: licences of a product that had none three months before, where the facts reach so far back.
WITH by_month AS (
    SELECT
        lines.customer_no,
        lines.t,
        sum(lines.assigned) * 2 < sum(lines.sold) AS is_undeployed,
        sum(lines.active) * 2 < sum(lines.measured) AS is_unused
    FROM lines
    JOIN asked ON lines.t BETWEEN asked.t - 2 AND asked.t
    WHERE lines.is_seen
    GROUP BY lines.customer_no, lines.t
),
low AS (
    SELECT
        customer_no,
        sum(CASE WHEN is_undeployed THEN 1 ELSE 0 END) = 3 AS is_undeployed,
        sum(CASE WHEN is_unused THEN 1 ELSE 0 END) = 3 AS is_unused
    FROM by_month
    GROUP BY customer_no
),
fresh AS (
    SELECT now.customer_no, count(*) AS products
    FROM lines now
    JOIN asked ON asked.t = now.t AND asked.reaches_back
    LEFT JOIN lines earlier
        ON earlier.customer_no = now.customer_no
        AND earlier.product_no = now.product_no
        AND earlier.t = now.t - 3
        AND earlier.sold > 0
    WHERE now.is_seen AND now.sold > 0 AND earlier.customer_no IS NULL
    GROUP BY now.customer_no
)
SELECT
    c.customer_id,
    coalesce(low.is_undeployed, FALSE) AS is_undeployed,
    coalesce(low.is_unused, FALSE) AS is_unused,
    coalesce(fresh.products, 0) AS new_products
FROM customers c
LEFT JOIN low ON low.customer_no = c.customer_no
LEFT JOIN fresh ON fresh.customer_no = c.customer_no
WHERE low.is_undeployed OR low.is_unused OR fresh.products > 0
