{% from '_row.sql' import row -%}
-- D-07: passes that count at the end of the data month and end within the days after it, unless a later pass of the
-- same exam stays.
WITH ends AS (
    SELECT
        c.partner_no,
        c.person_id,
        c.exam,
        CASE
            WHEN c.expires_on IS NULL THEN e.counts_until
            WHEN e.counts_until IS NULL THEN c.expires_on
            ELSE least(c.expires_on, e.counts_until)
        END AS ends_on
    FROM certified c
    LEFT JOIN exam_ends e ON e.exam = c.exam
),
last_ends AS (
    SELECT
        partner_no,
        person_id,
        exam,
        max(ends_on) AS ends_on,
        min(CASE WHEN ends_on IS NULL THEN 0 ELSE 1 END) AS is_ending
    FROM ends
    GROUP BY partner_no, person_id, exam
)
SELECT
    {{ row(
        partner='l.partner_no',
        item='l.person_id',
        amount='1',
        note="l.exam || ' ' || CAST(l.ends_on AS VARCHAR)"
    ) }}
FROM last_ends l
CROSS JOIN asked
WHERE l.is_ending = 1 AND l.ends_on <= asked.soon_day
