"""D-22: enterprise agreements after their first year."""

from partnerlens.findings.rule import CURRENCY, Group, Part, Rule, Severity

RULE = Rule(
    code="D-22",
    name="EA_YEAR2",
    title="Agreements after their first year",
    severity=Severity.LOW,
    scope="subscription",
    group=Group.KNOW,
    one="%(number)s enterprise agreement is billed after its first year.",
    many="%(number)s enterprise agreements are billed after their first year.",
    remedy="Nothing can be done: recurring revenue from the second year on does not count.",
    source="SMB indicator 1",
    statement="second_year",
    counts="subscription_id",
    stake_unit=CURRENCY,
    stake_words="%(amount)s not counted",
    parts=(Part.BILLING,),
)
