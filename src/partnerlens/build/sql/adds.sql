-- Customer adds of each month, with the products the customer had paid seats of before and after.
--
-- Under a filter F an add is a change from no product of F to at least one, over all the customer's
-- subscriptions, whoever sold them; credited are the partners with customer credit (sale) at the end of
-- the month (decisions.md 2, "Add and loss events"). Changes that add no product can be an add under no filter.
WITH held AS (
    SELECT customer_no, product_no, bit_or(seated) AS months
    FROM subscription_months
    WHERE seated <> 0
    GROUP BY customer_no, product_no
),
turning AS (
    SELECT customer_no, bit_or(months & ~(months * 2)) AS rises
    FROM held
    GROUP BY customer_no
),
changes AS (
    SELECT
        h.customer_no,
        m.t,
        m.bit
        {%- for word in product_words %},
        bit_or(CASE WHEN p.word = {{ word }} AND h.months * 2 & m.bit <> 0 THEN p.bit ELSE 0 END) AS before_{{ word }},
        bit_or(CASE WHEN p.word = {{ word }} AND h.months & m.bit <> 0 THEN p.bit ELSE 0 END) AS after_{{ word }}
        {%- endfor %}
    FROM turning
    JOIN months m ON m.has_predecessor AND turning.rises & m.bit <> 0
    JOIN held h ON h.customer_no = turning.customer_no
    JOIN product_bits p ON p.product_no = h.product_no
    GROUP BY h.customer_no, m.t, m.bit
)
SELECT
    credit.partner_no,
    c.country,
    changes.t
    {%- for word in product_words %}, changes.before_{{ word }}, changes.after_{{ word }}{% endfor %},
    count(*) AS customers
FROM changes
JOIN customer_credit credit ON credit.customer_no = changes.customer_no AND credit.sale & changes.bit <> 0
JOIN customers c ON c.customer_no = changes.customer_no
GROUP BY
    credit.partner_no,
    c.country,
    changes.t
    {%- for word in product_words %}, changes.before_{{ word }}, changes.after_{{ word }}{% endfor %}
