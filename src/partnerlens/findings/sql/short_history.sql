{% from '_row.sql' import row -%}
-- D-26: facts that begin after the month a year before the data month.
SELECT
    {{ row(month='asked.first_facts') }}
FROM asked
WHERE asked.first_facts > asked.data_month - 12
