-- The rows that the changed facts of all tables together have changed. One that the facts of one table take away and
-- those of another bring back is as it was.
SELECT row_key
FROM (
    SELECT row_key, amount, 0 AS is_end FROM first_rows WHERE counted
    UNION ALL
    SELECT row_key, amount, 1 FROM last_rows WHERE counted
) AS ends
GROUP BY row_key
HAVING min(is_end) = max(is_end) OR min(amount) <> max(amount)
