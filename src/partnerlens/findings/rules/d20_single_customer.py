"""D-20: one customer that makes up most of the users, or of their decline."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-20",
    name="SINGLE_CUSTOMER_RISK",
    title="One customer decides",
    severity=Severity.MEDIUM,
    scope="customer",
    group=Group.ADOPT,
    one="%(number)s customer makes up most of the users, or of their decline.",
    many="%(number)s customers make up most of the users, or of their decline.",
    remedy="Growth may fall to nothing with this customer. Win users at others, and look after this one.",
    source="Partner community, usage growth against the same month of last year",
    statement="single_customer",
    counts="customer_id",
    parts=(Part.USE, Part.SEATS),
)
