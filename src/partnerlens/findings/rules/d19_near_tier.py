"""D-19: scores that lie a little below a tier."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-19",
    name="NEAR_THRESHOLD",
    title="Close to a tier",
    severity=Severity.HIGH,
    scope="partner",
    group=Group.ADOPT,
    one="%(number)s score is close to the next tier.",
    many="%(number)s scores are close to the next tier.",
    remedy="See the path on the score page: the smallest changes that reach the tier.",
    source="Partner capability score, recommendations",
    statement="near_tier",
    stake_unit="points",
    stake_words="%(amount)s missing",
    parts=(Part.SCORES,),
)
