    SELECT
        x.partner_no,
        {{ 'x.customer_no' if by_customer else 'CAST(0 AS BIGINT)' }} AS customer_no,
        {{ 'x.product_no' if by_product else 'CAST(0 AS BIGINT)' }} AS product_no,
        span_of.t,
        span_of.place,
        sum(x.revenue) AS revenue,
        sum(x.seats) AS seats,
        sum(x.used_seats) AS used_seats,
        sum(x.users) AS users,
        sum(x.weighted) AS weighted
    FROM unit_measures x
    JOIN limit_months span_of ON x.t BETWEEN span_of.first_t AND span_of.last_t
    GROUP BY
        x.partner_no,
        {{ 'x.customer_no,' if by_customer }}
        {{ 'x.product_no,' if by_product }}
        span_of.t,
        span_of.place,
        span_of.run
