-- Survey responses of each month from customers credited (usage) at its end: promoters (9, 10) less
-- detractors (0 to 6), and all responses (decisions.md 2, "nps").
SELECT
    credit.partner_no,
    r.product_no,
    c.country,
    m.t,
    CAST(sum(CASE WHEN r.score >= 9 THEN 1 WHEN r.score <= 6 THEN -1 ELSE 0 END) AS BIGINT) AS net_promoters,
    count(*) AS responses
FROM survey_responses r
JOIN days d ON d.day = r.responded_on
JOIN months m ON m.t = d.t AND m.is_counted
JOIN customer_credit credit ON credit.customer_no = r.customer_no AND credit.usage & m.bit <> 0
JOIN customers c ON c.customer_no = r.customer_no
GROUP BY credit.partner_no, r.product_no, c.country, m.t
