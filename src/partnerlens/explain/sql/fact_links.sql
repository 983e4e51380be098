-- What leads from a row to the changed facts behind it: the fact itself, or what it has in common with the row, from
-- near to far. The seats of a month are also behind the changes of the month after it.
WITH placed AS (
    SELECT customer_id, subscription_id, item, month, is_correction, load FROM changed_facts
    UNION ALL
    SELECT customer_id, subscription_id, item, month + 1, is_correction, load FROM changed_facts
),
links AS (
    SELECT coalesce(customer_id, '') || chr(31) || 'item ' || item AS link, is_correction, load
    FROM changed_facts
    WHERE item IS NOT NULL
    UNION ALL
    SELECT 'subscription ' || subscription_id || chr(31) || CAST(month AS VARCHAR), is_correction, load
    FROM placed
    WHERE subscription_id IS NOT NULL AND month IS NOT NULL
    UNION ALL
    SELECT 'subscription ' || subscription_id, is_correction, load
    FROM changed_facts
    WHERE subscription_id IS NOT NULL
    UNION ALL
    SELECT 'customer ' || customer_id || chr(31) || CAST(month AS VARCHAR), is_correction, load
    FROM placed
    WHERE customer_id IS NOT NULL AND month IS NOT NULL
    UNION ALL
    SELECT 'customer ' || customer_id, is_correction, load
    FROM changed_facts
    WHERE customer_id IS NOT NULL
    UNION ALL
    SELECT 'all', is_correction, load
    FROM changed_facts
)
SELECT link, max(is_correction) AS is_correction, max(load) AS load
FROM links
GROUP BY link
