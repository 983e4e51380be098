"""D-26: facts that begin too late for a year's comparison."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-26",
    name="HISTORY_SHORT",
    title="Short history",
    severity=Severity.MEDIUM,
    scope="program",
    group=Group.DATA,
    one="The facts begin less than a year before the data month; adds and growth are not whole.",
    many="The facts begin less than a year before the data month; adds and growth are not whole.",
    remedy="Load thirteen months of facts, or read these values with their mark.",
    source="SMB indicator 2",
    statement="short_history",
)
