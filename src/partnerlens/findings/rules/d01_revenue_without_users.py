"""D-01: customers that bring revenue while nobody there works with the product."""

from partnerlens.findings.rule import CURRENCY, Group, Part, Rule, Severity

RULE = Rule(
    code="D-01",
    name="REV_NO_MAU",
    title="Revenue without users",
    severity=Severity.HIGH,
    scope="customer",
    group=Group.ADOPT,
    one="%(number)s customer brings revenue, but has no active user.",
    many="%(number)s customers bring revenue, but have no active users.",
    remedy=(
        "Help the customer to assign and use its licences. Under enterprise and open agreements billing may "
        "show before seats are provided: then look again next month."
    ),
    source="Partner contribution page, FAQ 3",
    statement="revenue_without_users",
    counts="customer_id",
    stake_unit=CURRENCY,
    stake_words="%(amount)s at risk",
    parts=(Part.BILLING, Part.USE),
)
