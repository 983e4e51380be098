"""D-14: facts that end before the data month, or a month that is published late."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-14",
    name="LATE_DATA",
    title="Late data",
    severity=Severity.MEDIUM,
    scope="program",
    group=Group.DATA,
    one="%(number)s kind of facts ends before it should.",
    many="%(number)s kinds of facts end before they should.",
    remedy=(
        "Usage comes a month later than revenue, and results are due on the 20th. A customer that was added "
        "since shows in the next month."
    ),
    source="Insights, known issues and data frequency",
    statement="late",
    counts="item",
)
