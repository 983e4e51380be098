"""D-09a: customers with more licences in use than sold: turnover."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-09a",
    name="USAGE_GT_100",
    title="Usage above 100 %: turnover",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer moved licences to new users within 28 days; both count as active.",
    many="%(number)s customers moved licences to new users within 28 days; both count as active.",
    remedy="Nothing has to be done: the corrected figure stands beside it on the adoption page.",
    source="Increasing adoption and satisfaction",
    statement="usage_above",
    counts="customer_id",
    cause="D-09a",
    parts=(Part.ADOPTION,),
)
