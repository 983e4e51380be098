"""D-02c: customers whose users are not billed by their kind: government, or internal use."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-02c",
    name="MAU_NO_REV",
    title="Users that are not billed",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer uses internal or government licences, which bring no revenue.",
    many="%(number)s customers use internal or government licences, which bring no revenue.",
    remedy="Nothing has to be done: internal use rights and government licences are not billed like others.",
    source="Partner contribution page, FAQ 4",
    statement="users_without_revenue",
    counts="customer_id",
    stake_unit="users",
    stake_words="%(amount)s without revenue",
    cause="c",
    parts=(Part.BILLING, Part.USE),
)
