-- Whom a loss is charged to: the partners that got the add of the customer in the twelve months before and have not
-- been charged for it (decisions.md 2, loss rule `credited_within_12_months`).
--
-- A customer's adds and losses alternate, so an add before the latest one has been charged by the loss between.
WITH {% include '_charged.sql' %}
SELECT charged.customer_no, charged.t, adds.partner_no
FROM charged
JOIN credited_adds adds ON adds.customer_no = charged.customer_no AND adds.t = charged.add_t
