-- The rows of a state, each with a key that stays the same from state to state. A state at the end of the data month
-- has rows that go on from month to month, and so has a user counted over twelve months: their keys hold no month.
WITH named AS (
    SELECT
        r.*,
        CASE WHEN t.side IS NULL THEN r.month ELSE '' END AS key_month,
        lpad(CAST(p.place AS VARCHAR), 3, '0') || r.reason AS placed
    FROM state_rows r
    JOIN precedence p ON p.reason = r.reason
    LEFT JOIN timeless_sides t ON t.side = r.side
)
SELECT
    named.*,
    side
    || chr(31) || key_month
    || chr(31) || coalesce(customer_id, '')
    || chr(31) || coalesce(subscription_id, '')
    || chr(31) || coalesce(product_id, '')
    || chr(31) || coalesce(workload, '')
    || chr(31) || coalesce(item, '') AS row_key
FROM named
