-- People with a valid pass at the end of each data month, by the set of exam lists they are on
-- (decisions.md 2, "certified_people"). `valid_exams` names the exams that count in a month.
--
-- `person` is 0 on rows that count people whose passes lie in one country. A person with passes in
-- several countries has a row for each, under a number of its own within the partner and month, so that
-- a filter of several countries still counts that person once.
WITH holders AS (
    SELECT partner_no, person_id, location_country, exam, passed_on, expires_on FROM exam_passes
    UNION ALL
    SELECT p.parent_partner_no, e.person_id, e.location_country, e.exam, e.passed_on, e.expires_on
    FROM exam_passes e
    JOIN partners p ON p.partner_no = e.partner_no
    WHERE p.parent_partner_no IS NOT NULL
),
-- Who has passes in several countries at all; only these can be in several places in a month.
travelled AS (
    SELECT partner_no, person_id
    FROM holders
    GROUP BY partner_no, person_id
    HAVING min(location_country) < max(location_country)
),
people AS (
    SELECT h.partner_no, h.person_id, h.location_country, v.t, bit_or(v.list_bit) AS lists_0
    FROM holders h
    JOIN valid_exams v
        ON v.exam = h.exam
        AND h.passed_on <= v.last_day
        AND (v.passed_before IS NULL OR h.passed_on < v.passed_before)
        AND (h.expires_on IS NULL OR h.expires_on > v.last_day)
    GROUP BY h.partner_no, h.person_id, h.location_country, v.t
),
placed AS (
    SELECT
        p.partner_no,
        p.person_id,
        p.location_country,
        p.t,
        p.lists_0,
        count(*) OVER (PARTITION BY p.t, p.partner_no, p.person_id) AS places
    FROM people p
    JOIN travelled ON travelled.partner_no = p.partner_no AND travelled.person_id = p.person_id
),
alone AS (
    SELECT p.partner_no, p.location_country, p.lists_0, p.t
    FROM people p
    LEFT JOIN travelled ON travelled.partner_no = p.partner_no AND travelled.person_id = p.person_id
    WHERE travelled.person_id IS NULL
    UNION ALL
    SELECT partner_no, location_country, lists_0, t
    FROM placed
    WHERE places = 1
)
SELECT partner_no, location_country AS country, lists_0, CAST(0 AS BIGINT) AS person, t, count(*) AS people
FROM alone
GROUP BY partner_no, location_country, lists_0, t
UNION ALL
SELECT
    partner_no,
    location_country,
    lists_0,
    CAST(dense_rank() OVER (PARTITION BY t, partner_no ORDER BY person_id) AS BIGINT),
    t,
    1
FROM placed
WHERE places > 1
