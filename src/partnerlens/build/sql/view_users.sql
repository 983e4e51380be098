{% from '_windows.sql' import windows_of %}
-- What each view of a customer sees of each user: by pair, the covered months of use, and `windows`,
-- the data months whose window holds one of them.
WITH seen AS (
    SELECT views.view_no, s.user_no, pairs.word, pairs.bit AS pair_bit, s.months & views.months AS months
    FROM user_state s
    JOIN views ON views.customer_no = s.customer_no
    JOIN pairs ON pairs.product_no = s.product_no AND pairs.workload_no = s.workload_no
    WHERE s.months & views.months <> 0
),
{{ windows_of('seen', ['view_no', 'user_no', 'word', 'pair_bit', 'months']) }}
SELECT view_no, user_no, word, pair_bit, months, windows
FROM seen_windows
