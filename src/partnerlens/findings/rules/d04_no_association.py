"""D-04: billed subscriptions for which no association of the partner is credited."""

from partnerlens.findings.rule import CURRENCY, Group, Part, Rule, Severity

RULE = Rule(
    code="D-04",
    name="NO_DPOR",
    title="Billed without credit",
    severity=Severity.HIGH,
    scope="subscription",
    group=Group.CLAIM,
    one="%(number)s subscription of yours was billed while nobody was credited.",
    many="%(number)s subscriptions of yours were billed while nobody was credited.",
    remedy=(
        "Ask the customer to associate you with the subscription in a way that is credited. It counts from "
        "then on, not before."
    ),
    source="Partner contribution page, notes; partner community, m-p/11139",
    statement="no_association",
    counts="subscription_id",
    stake_unit=CURRENCY,
    stake_words="%(amount)s not credited",
    parts=(Part.BILLING,),
)
