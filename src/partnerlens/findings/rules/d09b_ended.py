"""D-09b: customers with more licences in use than sold: ended."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-09b",
    name="USAGE_GT_100",
    title="Usage above 100 %: ended subscription",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer uses a subscription that ended or is suspended beside a running one.",
    many="%(number)s customers use a subscription that ended or is suspended beside a running one.",
    remedy="Renew or replace the ended subscription; its users count, its licences do not.",
    source="Increasing adoption and satisfaction",
    statement="usage_above",
    counts="customer_id",
    cause="D-09b",
    parts=(Part.ADOPTION,),
)
