-- The people behind certified people: those with a valid pass of an exam on a selected list at the end of the data month
-- and a selected country, each once; and the others, each with the pass that comes nearest to counting.
--
-- `valid_exams` names the exams that count in the data month and in those after it, so that the first month in which a
-- person is no longer certified by these passes is known.
WITH held AS (
    SELECT
        passes.*,
        m.month,
        ends.ahead_bit,
        m.month = asked.data_month AS is_now
    FROM passes
    CROSS JOIN asked
    JOIN valid_exams v
        ON v.exam = passes.exam
        AND v.list_bit & asked.kept_lists <> 0
        AND (v.passed_before IS NULL OR passes.passed_on < v.passed_before)
        AND (passes.expires_on IS NULL OR passes.expires_on > v.last_day)
    JOIN months m ON m.t = v.t
    JOIN month_ends ends ON ends.t = v.t
    WHERE passes.is_kept
),
certified AS (
    SELECT
        person_id,
        string_agg(DISTINCT location_country, ';' ORDER BY location_country) AS country,
        string_agg(DISTINCT partner_id, ';' ORDER BY partner_id) AS location,
        string_agg(DISTINCT exam, ';' ORDER BY exam) AS exams
    FROM held
    WHERE is_now
    GROUP BY person_id
),
lasting AS (
    SELECT person_id, bit_or(ahead_bit) AS ahead
    FROM held
    GROUP BY person_id
),
-- The exams that count no longer in the first month in which a person is not certified: retired ones, or expired.
lapses AS (
    SELECT lasting.person_id, min(later.month) AS month
    FROM lasting
    JOIN month_ends later ON lasting.ahead & later.ahead_bit = 0
    GROUP BY lasting.person_id
),
ending AS (
    SELECT lapses.person_id, max(CASE WHEN held.expires_on <= lapse.last_day THEN 0 ELSE 1 END) AS by_retirement
    FROM lapses
    JOIN held ON held.person_id = lapses.person_id AND held.month = lapses.month - 1
    JOIN month_ends lapse ON lapse.month = lapses.month
    GROUP BY lapses.person_id
),
nearest AS (
    SELECT passes.*, p.place, max(p.place) OVER (PARTITION BY passes.person_id) AS nearest_place
    FROM passes
    JOIN precedence p ON p.reason = passes.reason
    WHERE
        (passes.in_filter OR passes.reason = 'filtered_out')
        AND passes.person_id NOT IN (SELECT person_id FROM certified)
),
people AS (
    SELECT
        TRUE AS counted,
        'certified' AS reason,
        certified.person_id,
        certified.country,
        certified.location,
        lasting.ahead,
        CASE WHEN ending.by_retirement = 1 THEN 'exam_retired' ELSE 'exam_expired' END AS cause,
        certified.exams AS note
    FROM certified
    JOIN lasting ON lasting.person_id = certified.person_id
    LEFT JOIN ending ON ending.person_id = certified.person_id
    UNION ALL
    SELECT
        FALSE,
        reason,
        person_id,
        string_agg(DISTINCT location_country, ';' ORDER BY location_country),
        string_agg(DISTINCT partner_id, ';' ORDER BY partner_id),
        CAST(0 AS BIGINT),
        CAST(NULL AS VARCHAR),
        string_agg(DISTINCT passed, ';' ORDER BY passed)
    FROM (
        SELECT
            nearest.*,
            exam || CASE WHEN reason = 'exam_expired' THEN ' ' || CAST(expires_on AS VARCHAR) ELSE '' END AS passed
        FROM nearest
        WHERE place = nearest_place
    ) AS told
    GROUP BY reason, person_id
)
SELECT
    'numerator' AS side,
    people.counted,
    people.reason,
    people.reason AS counted_reason,
    asked.data_month AS month,
    CAST(NULL AS VARCHAR) AS customer_id,
    CAST(NULL AS VARCHAR) AS customer_name,
    people.country,
    CAST(NULL AS VARCHAR) AS subscription_id,
    CAST(NULL AS VARCHAR) AS product_id,
    CAST(NULL AS VARCHAR) AS workload,
    people.person_id AS item,
    CAST(NULL AS VARCHAR) AS association,
    people.location,
    CAST(1 AS DECIMAL(38, 18)) AS amount,
    people.ahead,
    people.cause,
    people.note
FROM people
CROSS JOIN asked
