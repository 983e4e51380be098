-- The people behind an exam rule: those that satisfy it at the end of the data month and, for a growth, on the day of the
-- baseline, each once, by the build's own reading of the passes; and the others with a pass, each with the pass that
-- comes nearest to counting. `ahead` holds the months in which a person goes on to satisfy the rule.
WITH {% include '_rule_people.sql' %},
own AS (
    SELECT people.person_id, people.moment, people.place
    FROM people
    JOIN asked ON asked.partner_no = people.partner_no
),
passes AS (
    SELECT
        e.person_id,
        mine.partner_id,
        e.location_country,
        e.exam,
        e.passed_on,
        e.expires_on,
        CASE
            WHEN x.exam IS NULL THEN 'exam_not_in_rule'
            WHEN e.passed_on >= x.passed_before OR x.counts_until < asked.last_day THEN 'exam_retired'
            WHEN e.expires_on <= asked.last_day THEN 'exam_expired'
            ELSE 'exam_missing'
        END AS reason
    FROM exam_passes e
    CROSS JOIN asked
    JOIN own_partners mine ON mine.partner_no = e.partner_no
    LEFT JOIN rule_exams x ON x.exam = e.exam
    WHERE e.passed_on <= asked.last_day
),
counting AS (
    SELECT
        moments.moment,
        e.person_id,
        mine.partner_id,
        e.location_country,
        e.exam
    FROM exam_passes e
    JOIN own_partners mine ON mine.partner_no = e.partner_no
    JOIN rule_exams x ON x.exam = e.exam
    JOIN moments
        ON e.passed_on <= moments.day
        AND (e.expires_on IS NULL OR e.expires_on > moments.day)
        AND (x.passed_before IS NULL OR e.passed_on < x.passed_before)
        AND (x.counts_until IS NULL OR x.counts_until >= moments.day)
),
ending AS (
    SELECT own.person_id, max(CASE WHEN x.last_month = moments.month + own.place THEN 1 ELSE 0 END) AS by_retirement
    FROM own
    JOIN asked ON own.moment = 0
    JOIN moments ON moments.moment = own.moment
    JOIN held ON held.person_id = own.person_id AND held.moment = own.moment AND held.partner_no = asked.partner_no
    JOIN rule_exams x ON x.exam = held.exam
    WHERE held.place = own.place
    GROUP BY own.person_id
),
satisfied AS (
    SELECT
        own.moment,
        own.person_id,
        own.place,
        string_agg(DISTINCT counting.location_country, ';' ORDER BY counting.location_country) AS country,
        string_agg(DISTINCT counting.partner_id, ';' ORDER BY counting.partner_id) AS location,
        string_agg(DISTINCT counting.exam, ';' ORDER BY counting.exam) AS exams
    FROM own
    JOIN counting ON counting.person_id = own.person_id AND counting.moment = own.moment
    GROUP BY own.moment, own.person_id, own.place
),
nearest AS (
    SELECT passes.*, p.place, max(p.place) OVER (PARTITION BY passes.person_id) AS nearest_place
    FROM passes
    JOIN precedence p ON p.reason = passes.reason
    WHERE passes.person_id NOT IN (SELECT person_id FROM own WHERE moment = 0)
),
missing AS (
    SELECT person_id, min(missing) AS missing
    FROM (
        SELECT
            every.*,
            min(every.exams) OVER (PARTITION BY every.person_id) AS fewest
        FROM (
            SELECT near.person_id, w.way, count(*) AS exams, string_agg(w.exam, ';' ORDER BY w.exam) AS missing
            FROM (SELECT DISTINCT person_id FROM nearest WHERE reason = 'exam_missing') AS near
            CROSS JOIN rule_ways w
            WHERE NOT EXISTS (
                SELECT 1
                FROM counting
                WHERE counting.person_id = near.person_id AND counting.moment = 0 AND counting.exam = w.exam
            )
            GROUP BY near.person_id, w.way
        ) AS every
    ) AS ranked
    WHERE exams = fewest
    GROUP BY person_id
),
near_people AS (
    SELECT
        told.reason,
        told.person_id,
        string_agg(DISTINCT told.location_country, ';' ORDER BY told.location_country) AS country,
        string_agg(DISTINCT told.partner_id, ';' ORDER BY told.partner_id) AS location,
        string_agg(DISTINCT told.passed, ';' ORDER BY told.passed) AS exams
    FROM (
        SELECT
            nearest.*,
            exam || CASE WHEN reason = 'exam_expired' THEN ' ' || CAST(expires_on AS VARCHAR) ELSE '' END AS passed
        FROM nearest
        WHERE place = nearest_place
    ) AS told
    GROUP BY told.reason, told.person_id
),
found AS (
    SELECT
        terms.side,
        TRUE AS counted,
        coalesce(terms.reason, 'certified') AS reason,
        moments.month,
        s.person_id,
        s.country,
        s.location,
        terms.sign AS amount,
        CASE WHEN s.moment = 0 THEN spells.ahead ELSE asked.always END AS ahead,
        CASE WHEN ending.by_retirement = 1 THEN 'exam_retired' ELSE 'exam_expired' END AS cause,
        s.exams AS note
    FROM satisfied s
    CROSS JOIN asked
    JOIN people_terms terms ON terms.moment = s.moment
    JOIN moments ON moments.moment = s.moment
    JOIN spells ON spells.place = s.place
    LEFT JOIN ending ON ending.person_id = s.person_id
    UNION ALL
    SELECT
        'numerator',
        FALSE,
        n.reason,
        asked.data_month,
        n.person_id,
        n.country,
        n.location,
        1,
        CAST(0 AS BIGINT),
        CAST(NULL AS VARCHAR),
        n.exams || coalesce(' without ' || missing.missing, '')
    FROM near_people n
    CROSS JOIN asked
    LEFT JOIN missing ON missing.person_id = n.person_id
)
SELECT
    side,
    counted,
    reason,
    reason AS counted_reason,
    month,
    CAST(NULL AS VARCHAR) AS customer_id,
    CAST(NULL AS VARCHAR) AS customer_name,
    country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    CAST(NULL AS VARCHAR) AS product_id,
    CAST(NULL AS VARCHAR) AS workload,
    person_id AS item,
    CAST(NULL AS VARCHAR) AS association,
    location,
    CAST(amount AS DECIMAL(38, 18)) AS amount,
    ahead,
    cause,
    note
FROM found
