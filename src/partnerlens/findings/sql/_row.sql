{#- The columns of every row of evidence, in order; what a statement does not say is null. -#}
{% macro row(partner='CAST(NULL AS BIGINT)', customer='CAST(NULL AS BIGINT)', subscription='CAST(NULL AS BIGINT)',
             product='CAST(NULL AS BIGINT)', month='asked.data_month', item='CAST(NULL AS VARCHAR)',
             amount='CAST(NULL AS DECIMAL(38, 18))', note='CAST(NULL AS VARCHAR)', cause="''") -%}
    {{ partner }} AS partner_no,
    {{ customer }} AS customer_no,
    {{ subscription }} AS subscription_no,
    {{ product }} AS product_no,
    {{ month }} AS month,
    {{ item }} AS item,
    CAST({{ amount }} AS DECIMAL(38, 18)) AS amount,
    {{ note }} AS note,
    {{ cause }} AS cause
{%- endmacro %}
