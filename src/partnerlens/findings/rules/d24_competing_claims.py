"""D-24: subscriptions that two partners claim at once."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-24",
    name="COMPETING_CLAIM",
    title="Competing claims",
    severity=Severity.HIGH,
    scope="subscription",
    group=Group.CLAIM,
    one="%(number)s subscription is claimed by another partner too.",
    many="%(number)s subscriptions are claimed by another partner too.",
    remedy=(
        "Only one claim of a kind is allowed for a subscription. Have your proof of execution ready for the "
        "arbitration."
    ),
    source="Incentives, customer association issues",
    statement="competing_claims",
    counts="subscription_id",
)
