{% from '_row.sql' import row -%}
-- D-14: tables whose facts end before the data month, and a data month that is older than it should be by now.
WITH lasts AS (
    SELECT table_name, max(month) AS month
    FROM table_months
    GROUP BY table_name
)
SELECT
    {{ row(month='l.month', item='l.table_name') }}
FROM lasts l
CROSS JOIN asked
WHERE l.month < asked.data_month
UNION ALL
SELECT
    {{ row(month='asked.data_month', item="'publication'") }}
FROM asked
WHERE asked.data_month < asked.expected_month
