{#- A month's number as text, such as 2024-03. -#}
{% macro written(month) -%}
lpad(CAST(CAST(floor(({{ month }}) / 12) AS INTEGER) AS VARCHAR), 4, '0')
    || '-'
    || lpad(CAST(({{ month }}) % 12 + 1 AS VARCHAR), 2, '0')
{%- endmacro %}
