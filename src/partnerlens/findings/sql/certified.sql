-- The listed passes that are valid at the end of the data month, by the partners that they count for.
SELECT DISTINCT m.partner_no, e.person_id, e.location_country, e.exam, e.expires_on
FROM exam_passes e
JOIN members m ON m.member_no = e.partner_no
CROSS JOIN asked
JOIN valid_exams v
    ON v.exam = e.exam
    AND v.t = asked.data_t
    AND e.passed_on <= v.last_day
    AND (v.passed_before IS NULL OR e.passed_on < v.passed_before)
    AND (e.expires_on IS NULL OR e.expires_on > v.last_day)
