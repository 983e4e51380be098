-- People who satisfy an exam rule on a day (the end of a month, or the day of a baseline), with `place`, the number
-- of months that they go on to satisfy it if nothing is added, at most twelve (decisions.md 4, "Consultants and
-- developers").
--
-- A rule is given as ways, each a set of exams that are all needed. Passes only ever end, so a way lasts as long as the
-- first of its exams to end, and a rule as long as the last of its ways.
WITH {% include '_rule_people.sql' %}
SELECT partner_no, moment, rule, t, place, count(*) AS people
FROM people
GROUP BY partner_no, moment, rule, t, place
