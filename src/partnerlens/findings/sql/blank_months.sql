{% from '_row.sql' import row -%}
-- D-15: months of the window without a row of a table that has rows before and after.
WITH known AS (
    SELECT table_name, min(month) AS first_month, max(month) AS last_month
    FROM table_months
    GROUP BY table_name
)
SELECT
    {{ row(month='m.month', item='k.table_name') }}
FROM known k
JOIN months m ON m.month > k.first_month AND m.month < k.last_month
CROSS JOIN asked
WHERE
    m.month BETWEEN asked.first_month AND asked.data_month
    AND NOT EXISTS (
        SELECT 1
        FROM table_months t
        WHERE t.table_name = k.table_name AND t.month = m.month
    )
