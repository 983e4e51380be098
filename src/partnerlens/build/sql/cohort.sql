{% from '_windows.sql' import windows_of %}
-- Who is compared: partners with credit in either group at the end of a month of the window,
-- on a subscription paid in that month (decisions.md 3, "Cohort").
-- `held` has the data months whose window contains such a month.
WITH present AS (
    SELECT
        credit.partner_no,
        paid.product_no,
        paid.country,
        bit_or((credit.sale | credit.usage) & paid.paid) AS months
    FROM subscription_credit credit
    JOIN subscription_months paid ON paid.subscription_no = credit.subscription_no
    GROUP BY credit.partner_no, paid.product_no, paid.country
),
{{ windows_of('present', ['partner_no', 'product_no', 'country']) }}
SELECT partner_no, product_no, country, windows AS held
FROM present_windows
WHERE windows <> 0
