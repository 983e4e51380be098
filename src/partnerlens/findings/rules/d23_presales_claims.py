"""D-23: subscriptions with a pre-sales claim alone."""

from partnerlens.findings.rule import CURRENCY, Group, Part, Rule, Severity

RULE = Rule(
    code="D-23",
    name="PRESALES_CLAIM",
    title="Pre-sales claims",
    severity=Severity.MEDIUM,
    scope="subscription",
    group=Group.CLAIM,
    one="%(number)s subscription has a pre-sales claim alone, which is not credited.",
    many="%(number)s subscriptions have a pre-sales claim alone, which is not credited.",
    remedy="Submit a claim for sale (OSA) or usage (OSU) with its proof of execution.",
    source="CBA indicators, 2021-03-30",
    statement="presales_claims",
    counts="subscription_id",
    stake_unit=CURRENCY,
    stake_words="%(amount)s not credited",
    parts=(Part.BILLING,),
)
