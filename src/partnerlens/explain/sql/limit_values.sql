-- What each unit of the partner measures for one limit, at the data month, and whether it keeps the limit; of several
-- runs or products the one that measures most.
WITH summed AS (
{% include '_limit_sums.sql' %}
),
own AS (
    SELECT
        summed.*,
        {% if measure == 'active_share' -%}
        summed.used_seats AS base,
        CAST(summed.users AS DECIMAL(38, 18)) AS measured
        {%- else -%}
        1 AS base,
        CAST(summed.{{ measure }} AS DECIMAL(38, 18)) AS measured
        {%- endif %}
    FROM summed
    JOIN asked ON asked.partner_no = summed.partner_no
    WHERE summed.place = 0
),
judged AS (
    SELECT
        own.*,
        CASE
            WHEN measured < {{ minimum }} * base THEN 'below_minimum'
            {%- if maximum %}
            WHEN measured > {{ maximum }} * base THEN 'above_maximum'
            {%- endif %}
            ELSE 'kept'
        END AS verdict
    FROM own
    WHERE base > 0 AND measured <> 0
),
ranked AS (
    SELECT
        judged.*,
        row_number() OVER (
            PARTITION BY customer_no, {{ 'product_no' if keeps_product else '1' }}
            ORDER BY
                CASE verdict WHEN 'kept' THEN 0 WHEN 'below_minimum' THEN 1 ELSE 2 END ASC NULLS LAST,
                measured DESC NULLS LAST,
                product_no ASC NULLS LAST
        ) AS place_in_unit
    FROM judged
)
SELECT
    customer_no,
    {{ 'product_no' if keeps_product else 'CAST(0 AS BIGINT)' }} AS product_no,
    verdict,
    '{{ words }} ' || trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST(measured AS VARCHAR)))
    || CASE WHEN '{{ measure }}' = 'active_share' THEN ' of ' || CAST(CAST(base AS BIGINT) AS VARCHAR) ELSE '' END AS told
FROM ranked
WHERE place_in_unit = 1
