{#- Twelve-month dilation: a month that is set in `months` sets every data month whose trailing window
    holds it (performance.md, idea 3): doublings of one, two, four and eight months, then twelve.
    `keys` are carried along; the result is named SOURCE_windows with the column `windows`. -#}
{% macro windows_of(source, keys) -%}
{{ source }}_2 AS (
    SELECT {{ keys | join(', ') }}, months | months * 2 AS y FROM {{ source }}
),
{{ source }}_4 AS (
    SELECT {{ keys | join(', ') }}, y | y * 4 AS y FROM {{ source }}_2
),
{{ source }}_windows AS (
    SELECT {{ keys | join(', ') }}, (y | y * 16 | y * 256) & span.result_bits AS windows
    FROM {{ source }}_4
    CROSS JOIN span
)
{%- endmacro %}
