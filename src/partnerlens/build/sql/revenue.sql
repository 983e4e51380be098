-- Revenue of each month: billed amounts in the reporting currency, by subscription credit (sale)
-- at the end of the billing month (decisions.md 2, "revenue").
--
-- EA lines count in the agreement's first twelve calendar months only. The amount is exact:
-- the product of six and twelve decimals has eighteen.
WITH counted AS (
    SELECT
        links.cell_no,
        m.t,
        sum(
            CAST(
                b.amount * CASE WHEN b.currency = program.reporting_currency THEN 1 ELSE r.rate END
                AS DECIMAL(38, 18)
            )
        ) AS amount
    FROM billing_lines b
    JOIN months m ON m.month = b.billing_month AND m.is_counted
    JOIN subscriptions s ON s.subscription_no = b.subscription_no
    JOIN sale_links links ON links.subscription_no = b.subscription_no AND links.months & m.bit <> 0
    CROSS JOIN program
    LEFT JOIN exchange_rates r ON r.month = b.billing_month AND r.currency = b.currency
    WHERE
        s.channel IN ('CSP', 'WEB_DIRECT')
        OR (
            s.channel = 'EA'
            AND b.billing_month
            - (
                extract(YEAR FROM coalesce(s.agreement_start_date, s.start_date)) * 12
                + extract(MONTH FROM coalesce(s.agreement_start_date, s.start_date)) - 1
            ) BETWEEN 0 AND 11
        )
    GROUP BY links.cell_no, m.t
)
SELECT cells.partner_no, cells.product_no, cells.country, counted.t, CAST(counted.amount AS DECIMAL(38, 18)) AS amount
FROM counted
JOIN sale_cells cells ON cells.cell_no = counted.cell_no
