"""D-09d: customers with more licences in use than sold: yammer."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-09d",
    name="USAGE_GT_100",
    title="Usage above 100 %: Yammer",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer has more users of Yammer than licences.",
    many="%(number)s customers have more users of Yammer than licences.",
    remedy="Nothing has to be done: leave Yammer out to see the other workloads.",
    source="Increasing adoption and satisfaction",
    statement="usage_above",
    counts="customer_id",
    cause="D-09d",
    parts=(Part.ADOPTION,),
)
