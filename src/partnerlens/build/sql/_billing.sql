{#- What a billed line is worth and whether it counts as revenue (decisions.md 2, "revenue"): channels EA, CSP and
    Web Direct, and EA in the agreement's first twelve calendar months only. `b` is the line, `s` its subscription,
    `r` the rate of its month and currency. The amount is exact: the product of six and twelve decimals has eighteen. -#}
{% macro amount() -%}
CAST(b.amount * CASE WHEN b.currency = program.reporting_currency THEN CAST(1 AS DECIMAL(19, 12)) ELSE r.rate END AS DECIMAL(38, 18))
{%- endmacro %}
{% macro agreement_month() -%}
extract(YEAR FROM coalesce(s.agreement_start_date, s.start_date)) * 12
            + extract(MONTH FROM coalesce(s.agreement_start_date, s.start_date)) - 1
{%- endmacro %}
{% macro first_month() -%}
CASE
            WHEN s.channel IN ('CSP', 'WEB_DIRECT') THEN 0
            WHEN s.channel = 'EA' THEN {{ agreement_month() }}
        END
{%- endmacro %}
{% macro last_month() -%}
CASE
            WHEN s.channel IN ('CSP', 'WEB_DIRECT') THEN 999999
            WHEN s.channel = 'EA' THEN {{ agreement_month() }} + 11
        END
{%- endmacro %}
{% macro counts() -%}
b.billing_month BETWEEN {{ first_month() }} AND {{ last_month() }}
{%- endmacro %}
