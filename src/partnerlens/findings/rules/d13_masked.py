"""D-13: customers whose name is hidden."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-13",
    name="OBFUSCATED",
    title="Hidden customer names",
    severity=Severity.LOW,
    scope="customer",
    group=Group.DATA,
    one="%(number)s customer has a hidden name.",
    many="%(number)s customers have hidden names.",
    remedy="Tell the customer by its id; the facts are joined by ids, never by names.",
    source="Insights, known issues",
    statement="masked",
    counts="customer_id",
)
