"""D-18: growth whose baseline is too small to earn points."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-18",
    name="BASELINE_TOO_LOW",
    title="Baseline too low",
    severity=Severity.HIGH,
    scope="partner",
    group=Group.ADOPT,
    one="%(number)s indicator earns nothing, because its baseline is too small.",
    many="%(number)s indicators earn nothing, because their baselines are too small.",
    remedy="Growth counts only from the smallest baseline on. More users this month are next year's baseline.",
    source="SMB indicator 6; CBA indicator 7",
    statement="baseline",
    stake_unit="points",
    stake_words="up to %(amount)s out of reach",
    parts=(Part.SCORES,),
)
