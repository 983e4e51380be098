-- The passes of the partner's people and its locations' by the end of the data month, with why each would not count.
SELECT
    own.partner_id,
    e.person_id,
    e.location_country,
    e.exam,
    e.passed_on,
    e.expires_on,
    k.is_kept,
    CASE
        WHEN x.exam IS NULL THEN 'exam_not_listed'
        WHEN e.passed_on >= x.retired_on OR x.counts_until < asked.last_day THEN 'exam_retired'
        WHEN e.expires_on <= asked.last_day THEN 'exam_expired'
        ELSE 'filtered_out'
    END AS reason,
    k.is_kept AND (x.exam IS NULL OR x.list_bits & asked.kept_lists <> 0) AS in_filter
FROM exam_passes e
CROSS JOIN asked
JOIN own_partners own ON own.partner_no = e.partner_no
JOIN kept_countries k ON k.country = e.location_country
LEFT JOIN exam_lists x ON x.exam = e.exam
WHERE e.passed_on <= asked.last_day
