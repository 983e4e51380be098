"""D-19t: customers a few users below the size of a deployment."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-19t",
    name="NEAR_THRESHOLD",
    title="Close to a deployment",
    severity=Severity.MEDIUM,
    scope="customer",
    group=Group.ADOPT,
    one="%(number)s customer is a few users below the size of a deployment.",
    many="%(number)s customers are a few users below the size of a deployment.",
    remedy="A few more active users make the customer a new deployment, which earns points.",
    source="Partner capability score, recommendations",
    statement="near_deployment",
    counts="customer_id",
    stake_unit="users",
    stake_words="%(amount)s missing",
    parts=(Part.SCORES, Part.USE),
)
