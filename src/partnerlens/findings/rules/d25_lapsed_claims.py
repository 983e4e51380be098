"""D-25: claims on subscriptions that ended, whose successors are not claimed."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-25",
    name="CLAIM_LAPSED",
    title="Claims that lapsed",
    severity=Severity.HIGH,
    scope="subscription",
    group=Group.CLAIM,
    one="%(number)s claimed subscription ended, and its successor is not claimed.",
    many="%(number)s claimed subscriptions ended, and their successors are not claimed.",
    remedy="Claim the successor: a claim does not pass on to another subscription by itself.",
    source="Incentives, customer association issues",
    statement="lapsed_claims",
    counts="subscription_id",
    parts=(Part.SEATS,),
)
