{% from '_row.sql' import row -%}
-- D-28: figures of loaded files that do not follow from their parts; they are kept as they are.
SELECT
    {{ row(
        item="m.file_name || ', ' || m.column_name",
        note="m.figure || ' <> ' || m.computed || ' (' || CAST(m.places AS VARCHAR) || ')'"
    ) }}
FROM mismatches m
CROSS JOIN asked
