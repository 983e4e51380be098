-- Revenue of each month: billed amounts in the reporting currency, by subscription credit (sale)
-- at the end of the billing month (decisions.md 2, "revenue").
--
-- EA lines count in the agreement's first twelve calendar months only. The amount is exact:
-- the product of six and twelve decimals has eighteen.
WITH counted AS (
    SELECT
        b.subscription_no,
        m.t,
        m.bit,
        s.product_no,
        c.country,
        sum(
            CAST(
                b.amount * CASE WHEN b.currency = program.reporting_currency THEN 1 ELSE r.rate END
                AS DECIMAL(38, 18)
            )
        ) AS amount
    FROM billing_lines b
    JOIN months m ON m.month = b.billing_month
    JOIN subscriptions s ON s.subscription_no = b.subscription_no
    JOIN customers c ON c.customer_no = s.customer_no
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
    GROUP BY b.subscription_no, m.t, m.bit, s.product_no, c.country
)
SELECT
    credit.partner_no,
    counted.product_no,
    counted.country,
    counted.t,
    CAST(sum(counted.amount) AS DECIMAL(38, 18)) AS amount
FROM counted
JOIN subscription_credit credit
    ON credit.subscription_no = counted.subscription_no AND credit.sale & counted.bit <> 0
GROUP BY credit.partner_no, counted.product_no, counted.country, counted.t
