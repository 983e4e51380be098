"""D-02a: customers whose users work on trials alone."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-02a",
    name="MAU_NO_REV",
    title="Users on trials",
    severity=Severity.MEDIUM,
    scope="customer",
    group=Group.ADOPT,
    one="%(number)s customer works on trials alone.",
    many="%(number)s customers work on trials alone.",
    remedy="Offer the customer a paid subscription before the trial ends; trials bring neither revenue nor credit.",
    source="Partner contribution page, FAQ 4",
    statement="users_without_revenue",
    counts="customer_id",
    stake_unit="users",
    stake_words="%(amount)s without revenue",
    cause="a",
    parts=(Part.BILLING, Part.USE),
)
