"""D-09e: customers with more licences in use than sold: services."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-09e",
    name="USAGE_GT_100",
    title="Usage above 100 %: several services",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer has users who are counted once for each service.",
    many="%(number)s customers have users who are counted once for each service.",
    remedy="Nothing has to be done: the feed counts a user of several services for each of them.",
    source="Increasing adoption and satisfaction",
    statement="usage_above",
    counts="customer_id",
    cause="D-09e",
    parts=(Part.ADOPTION,),
)
