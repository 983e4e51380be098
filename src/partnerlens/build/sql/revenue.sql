{% import '_billing.sql' as billing %}
-- Revenue of each month: billed amounts in the reporting currency, by subscription credit (sale)
-- at the end of the billing month (decisions.md 2, "revenue").
WITH counted AS (
    SELECT
        links.cell_no,
        m.t,
        sum({{ billing.amount() }}) AS amount
    FROM billing_lines b
    JOIN months m ON m.month = b.billing_month AND m.is_counted
    JOIN subscriptions s ON s.subscription_no = b.subscription_no
    JOIN sale_links links ON links.subscription_no = b.subscription_no AND links.months & m.bit <> 0
    CROSS JOIN program
    LEFT JOIN exchange_rates r ON r.month = b.billing_month AND r.currency = b.currency
    WHERE {{ billing.counts() }}
    GROUP BY links.cell_no, m.t
)
SELECT cells.partner_no, cells.product_no, cells.country, counted.t, CAST(counted.amount AS DECIMAL(38, 18)) AS amount
FROM counted
JOIN sale_cells cells ON cells.cell_no = counted.cell_no
