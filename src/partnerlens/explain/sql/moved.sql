-- The rows that count before and not after a step, the other way round, or with another amount; each with what became
-- of it on either side, as far as the reader may see it.
WITH every AS (
    SELECT before_rows.*, FALSE AS is_after FROM before_rows
    UNION ALL
    SELECT after_rows.*, TRUE FROM after_rows
),
crowds AS (
    -- Users that do not count are not named, only counted by customer and month.
    SELECT side, customer_id, month, is_after, substr(min(placed), 4) AS reason
    FROM every
    WHERE NOT counted AND item IS NULL AND subscription_id IS NULL AND customer_id IS NOT NULL
    GROUP BY side, customer_id, month, is_after
),
paired AS (
    SELECT
        row_key,
        max(side) AS side,
        coalesce(max(CASE WHEN is_after AND counted THEN month END), max(CASE WHEN counted THEN month END)) AS month,
        max(customer_id) AS customer_id,
        coalesce(max(CASE WHEN is_after THEN customer_name END), max(customer_name)) AS customer_name,
        coalesce(max(CASE WHEN is_after THEN country END), max(country)) AS country,
        max(subscription_id) AS subscription_id,
        max(product_id) AS product_id,
        max(workload) AS workload,
        max(item) AS item,
        coalesce(
            max(CASE WHEN is_after AND counted THEN association END), max(CASE WHEN counted THEN association END)
        ) AS association,
        coalesce(
            max(CASE WHEN is_after AND counted THEN location END), max(CASE WHEN counted THEN location END)
        ) AS location,
        max(CASE WHEN NOT is_after AND counted THEN amount END) AS amount_before,
        max(CASE WHEN is_after AND counted THEN amount END) AS amount_after,
        coalesce(
            max(CASE WHEN NOT is_after AND counted THEN reason END),
            substr(min(CASE WHEN NOT is_after THEN placed END), 4)
        ) AS reason_before,
        coalesce(
            max(CASE WHEN is_after AND counted THEN reason END),
            substr(min(CASE WHEN is_after THEN placed END), 4)
        ) AS reason_after,
        max(CASE WHEN NOT is_after THEN note END) AS note_before,
        max(CASE WHEN is_after THEN note END) AS note_after
    FROM every
    GROUP BY row_key
),
moved AS (
    SELECT
        paired.*,
        CASE
            WHEN amount_before IS NULL THEN 'entered'
            WHEN amount_after IS NULL THEN 'left'
            ELSE 'changed'
        END AS movement
    FROM paired
    WHERE
        (amount_before IS NULL AND amount_after IS NOT NULL)
        OR (amount_before IS NOT NULL AND amount_after IS NULL)
        OR amount_before <> amount_after
)
SELECT
    moved.row_key,
    moved.movement,
    moved.side,
    moved.month,
    moved.customer_id,
    moved.customer_name,
    moved.country,
    moved.subscription_id,
    moved.product_id,
    moved.workload,
    moved.item,
    moved.association,
    moved.location,
    moved.amount_before,
    moved.amount_after,
    coalesce(moved.amount_after, 0) - coalesce(moved.amount_before, 0) AS change,
    coalesce(
        moved.reason_before,
        CASE WHEN moved.item IS NOT NULL THEN coalesce(
            CASE WHEN moved.month < steps.first_before THEN 'outside_window' END, crowd_before.reason
        ) END
    ) AS reason_before,
    coalesce(
        moved.reason_after,
        CASE WHEN moved.item IS NOT NULL THEN coalesce(
            CASE WHEN moved.month < steps.first_after THEN 'outside_window' END, crowd_after.reason
        ) END
    ) AS reason_after,
    moved.note_before,
    moved.note_after
FROM moved
CROSS JOIN steps
LEFT JOIN (SELECT * FROM crowds WHERE NOT is_after) AS crowd_before
    ON crowd_before.side = moved.side
    AND crowd_before.customer_id = moved.customer_id
    AND crowd_before.month = moved.month
LEFT JOIN (SELECT * FROM crowds WHERE is_after) AS crowd_after
    ON crowd_after.side = moved.side
    AND crowd_after.customer_id = moved.customer_id
    AND crowd_after.month = moved.month
