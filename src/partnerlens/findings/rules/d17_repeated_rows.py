"""D-17: rows that repeat others of a global account."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-17",
    name="DUP_ROWS",
    title="Repeated rows",
    severity=Severity.LOW,
    scope="program",
    group=Group.DATA,
    one="%(number)s row repeats another one of the account.",
    many="%(number)s rows repeat others of the account.",
    remedy="Totals of a global account leave rows out that are marked as repeated.",
    source="Insights, data definitions",
    undecided=(
        "Rows that repeat others are told apart while they are loaded, and are no facts; the balance of a "
        "load counts them."
    ),
)
