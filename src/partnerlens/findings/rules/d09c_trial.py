"""D-09c: customers with more licences in use than sold: trial."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-09c",
    name="USAGE_GT_100",
    title="Usage above 100 %: trial",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer uses a trial; its users count, its licences do not.",
    many="%(number)s customers use a trial; its users count, its licences do not.",
    remedy="Offer the customer paid licences for the users of the trial.",
    source="Increasing adoption and satisfaction",
    statement="usage_above",
    counts="customer_id",
    cause="D-09c",
    parts=(Part.ADOPTION,),
)
