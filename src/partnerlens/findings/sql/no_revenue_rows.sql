{% from '_row.sql' import row -%}
-- D-16: a program with seats in the window, but without a single billed line in it.
SELECT
    {{ row(item="'billing_lines'") }}
FROM asked
WHERE
    NOT asked.has_billing
    AND EXISTS (
        SELECT 1
        FROM table_months t
        CROSS JOIN asked AS a
        WHERE t.table_name = 'seats' AND t.month BETWEEN a.first_month AND a.data_month
    )
