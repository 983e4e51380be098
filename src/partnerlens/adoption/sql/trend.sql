-- The sums of each month over the customers that are seen then.
SELECT
    lines.t,
    CAST(sum(lines.sold) AS BIGINT) AS sold,
    CAST(sum(lines.assigned) AS BIGINT) AS assigned,
    CAST(sum(lines.active) AS BIGINT) AS active,
    CAST(sum(lines.measured) AS BIGINT) AS measured,
    CAST(sum(lines.own_sold) AS BIGINT) AS own_sold,
    CAST(sum(lines.own_assigned) AS BIGINT) AS own_assigned,
    CAST(sum(lines.own_active) AS BIGINT) AS own_active,
    CAST(sum(lines.own_measured) AS BIGINT) AS own_measured
FROM lines
WHERE lines.is_seen
GROUP BY lines.t
