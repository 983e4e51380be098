"""D-10: licences that stay unused."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-10",
    name="UNDEPLOYED",
    title="Unused licences",
    severity=Severity.MEDIUM,
    scope="customer",
    group=Group.ADOPT,
    one="%(number)s customer leaves licences unused month after month.",
    many="%(number)s customers leave licences unused month after month.",
    remedy="Show the customer case studies and tutorials, train its people, and assign the licences.",
    source="Increasing adoption and satisfaction, scenario of low adoption",
    statement="undeployed",
    counts="customer_id",
    stake_unit="seats",
    stake_words="%(amount)s unused",
    parts=(Part.ADOPTION,),
)
