holders AS (
    SELECT partner_no, person_id, exam, passed_on, expires_on FROM exam_passes
    UNION ALL
    SELECT p.parent_partner_no, e.person_id, e.exam, e.passed_on, e.expires_on
    FROM exam_passes e
    JOIN partners p ON p.partner_no = e.partner_no
    WHERE p.parent_partner_no IS NOT NULL
),
held AS (
    SELECT
        h.partner_no,
        h.person_id,
        h.exam,
        moments.moment,
        moments.t,
        max(
            least(
                12,
                coalesce(x.last_month, moments.month + 12) - moments.month,
                coalesce(
                    CAST(extract(YEAR FROM h.expires_on) * 12 + extract(MONTH FROM h.expires_on) - 2 AS INTEGER),
                    moments.month + 12
                ) - moments.month
            )
        ) AS place
    FROM holders h
    JOIN rule_exams x ON x.exam = h.exam
    JOIN moments
        ON h.passed_on <= moments.day
        AND (h.expires_on IS NULL OR h.expires_on > moments.day)
        AND (x.passed_before IS NULL OR h.passed_on < x.passed_before)
        AND (x.counts_until IS NULL OR x.counts_until >= moments.day)
    GROUP BY h.partner_no, h.person_id, h.exam, moments.moment, moments.t
),
ways AS (
    SELECT held.partner_no, held.person_id, held.moment, held.t, w.rule, w.way, min(held.place) AS place
    FROM held
    JOIN rule_ways w ON w.exam = held.exam
    GROUP BY held.partner_no, held.person_id, held.moment, held.t, w.rule, w.way, w.exams
    HAVING count(*) = w.exams
),
people AS (
    SELECT partner_no, person_id, moment, t, rule, greatest(max(place), 0) AS place
    FROM ways
    GROUP BY partner_no, person_id, moment, t, rule
)
