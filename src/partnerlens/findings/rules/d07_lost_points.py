"""D-07p: points that are lost when passes end."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-07p",
    name="CERT_EXPIRING",
    title="Points that end with passes",
    severity=Severity.HIGH,
    scope="partner",
    group=Group.PEOPLE,
    one="%(number)s indicator loses points when passes end soon.",
    many="%(number)s indicators lose points when passes end soon.",
    remedy="See the roll-off on the score page, and have the exams taken again before.",
    source="Skills report; CBA indicators 2021, retirement dates",
    statement="lost_points",
    counts="item",
    stake_unit="points",
    stake_words="%(amount)s at risk",
    parts=(Part.SCORES,),
)
