"""D-02: customers whose users are active while nothing is billed, for no cause that the facts tell."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-02",
    name="MAU_NO_REV",
    title="Users without revenue",
    severity=Severity.MEDIUM,
    scope="customer",
    group=Group.DATA,
    one="%(number)s customer has active users, but nothing is billed.",
    many="%(number)s customers have active users, but nothing is billed.",
    remedy=(
        "Ask the operator whether the invoices are loaded; web direct and reseller sales may be billed a "
        "month, a quarter or a year after the seats are provided."
    ),
    source="Partner contribution page, FAQ 4",
    statement="users_without_revenue",
    counts="customer_id",
    stake_unit="users",
    stake_words="%(amount)s without revenue",
    cause="none",
    parts=(Part.BILLING, Part.USE),
)
