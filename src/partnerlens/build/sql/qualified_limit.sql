-- Units that keep one limit, for each data month and `place`, the number of months after it (negative: before it).
-- `limit_months` gives the months over which the measure is summed; within one of several runs is enough.
SELECT DISTINCT partner_no, customer_no, product_no, t, place
FROM (
{% include '_limit_sums.sql' %}
) AS summed
WHERE
    {% if measure == 'active_share' -%}
    used_seats > 0 AND users >= {{ minimum }} * used_seats
    {%- if maximum %} AND users <= {{ maximum }} * used_seats{% endif %}
    {%- else -%}
    {{ measure }} <> 0 AND {{ measure }} >= {{ minimum }}{% if maximum %} AND {{ measure }} <= {{ maximum }}{% endif %}
    {%- endif %}
