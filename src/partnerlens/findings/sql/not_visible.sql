{% from '_row.sql' import row -%}
-- D-05: accounts whose page may stay empty: of another type, in a market that is not served, or without a product.
SELECT
    {{ row(partner='p.partner_no', item="'account_type'", note='p.accounts') }}
FROM asked_partners a
JOIN partners p ON p.partner_no = a.partner_no
CROSS JOIN asked
WHERE
    p.parent_partner_no IS NULL
    AND ';' || p.accounts || ';' NOT LIKE '%;MPN;%'
    AND ';' || p.accounts || ';' NOT LIKE '%;CSP;%'
UNION ALL
SELECT
    {{ row(partner='p.partner_no', item="'market_not_served'", note='p.country') }}
FROM asked_partners a
JOIN partners p ON p.partner_no = a.partner_no
JOIN markets_not_served n ON n.country = p.country
CROSS JOIN asked
WHERE p.parent_partner_no IS NULL
UNION ALL
SELECT
    {{ row(partner='p.partner_no', item="'no_product'") }}
FROM asked_partners a
JOIN partners p ON p.partner_no = a.partner_no
CROSS JOIN asked
WHERE p.parent_partner_no IS NULL AND p.partner_no NOT IN (SELECT partner_no FROM own_associations)
