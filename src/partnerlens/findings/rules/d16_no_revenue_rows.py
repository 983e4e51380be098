"""D-16: a program without any billed line."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-16",
    name="REDACTED",
    title="No revenue at all",
    severity=Severity.HIGH,
    scope="program",
    group=Group.DATA,
    one="There are seats, but not a single billed line in the window.",
    many="There are seats, but not a single billed line in the window.",
    remedy="Exports of a report viewer leave revenue out; load files that an executive report viewer made.",
    source="Insights, known issues; report interface",
    statement="no_revenue_rows",
)
