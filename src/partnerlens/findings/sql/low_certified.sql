{% from '_row.sql' import row -%}
-- D-06: countries with customers of the partner, but none of its certified people.
WITH people AS (
    SELECT partner_no, count(DISTINCT person_id) AS people
    FROM certified
    GROUP BY partner_no
),
served AS (
    SELECT DISTINCT credit.partner_no, c.country
    FROM customer_credit credit
    JOIN asked_partners a ON a.partner_no = credit.partner_no
    JOIN customers c ON c.customer_no = credit.customer_no
    CROSS JOIN asked
    WHERE (credit.sale | credit.usage) & asked.data_bit <> 0
)
SELECT
    {{ row(partner='s.partner_no', item='s.country', amount='p.people') }}
FROM served s
JOIN people p ON p.partner_no = s.partner_no
JOIN partners account ON account.partner_no = s.partner_no
CROSS JOIN asked
WHERE
    account.parent_partner_no IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM certified c
        WHERE c.partner_no = s.partner_no AND c.location_country = s.country
    )
