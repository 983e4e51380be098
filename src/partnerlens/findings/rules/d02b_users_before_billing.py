"""D-02b: customers whose users are active before the first bill of a long term."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-02b",
    name="MAU_NO_REV",
    title="Users before the first bill",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer has a term of several months that is not billed yet.",
    many="%(number)s customers have a term of several months that is not billed yet.",
    remedy="Nothing has to be done: the revenue shows with the next bill of the term.",
    source="Partner contribution page, FAQ 4",
    statement="users_without_revenue",
    counts="customer_id",
    stake_unit="users",
    stake_words="%(amount)s without revenue",
    cause="b",
    parts=(Part.BILLING, Part.USE),
)
