{#- The products of each customer in each month that growth compares: what a user of one is worth, or why users of it
    do not count, and the month whose credit decides. -#}
rated AS (
    SELECT
        p.product_no,
        w.weight AS rate,
        CASE WHEN p.is_in_scope THEN 'product_without_rate' ELSE 'not_qualifying_product' END AS reason
    FROM kept_products p
    LEFT JOIN weights w ON w.product_no = p.product_no
),
compared AS (
    SELECT DISTINCT terms.t, terms.credit_t, m.bit
    FROM terms
    JOIN months m ON m.t = terms.t
),
counted AS (
    SELECT
        c.customer_no,
        rated.product_no,
        compared.t,
        compared.credit_t,
        rated.rate,
        rated.reason,
        CASE WHEN coalesce(paid.months, 0) & compared.bit = 0 THEN 'product_not_paid' END AS unpaid_reason
    FROM kept_customers c
    CROSS JOIN rated
    CROSS JOIN compared
    LEFT JOIN paid_products paid ON paid.customer_no = c.customer_no AND paid.product_no = rated.product_no
)
