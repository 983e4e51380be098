"""D-12: customers of one group in several countries."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-12",
    name="COUNTRY",
    title="Groups in several countries",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer belongs to a group that lies in several countries.",
    many="%(number)s customers belong to groups that lie in several countries.",
    remedy="Reports of the vendor may show the country of the group's parent; compare by customer, not by country.",
    source="Insights, known issues",
    statement="countries",
    counts="customer_id",
)
