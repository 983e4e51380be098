"""D-15: months without a row between months with rows."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-15",
    name="BLANK_MONTH",
    title="Blank months",
    severity=Severity.MEDIUM,
    scope="program",
    group=Group.DATA,
    one="%(number)s month of the window has no row of a table that has rows before and after.",
    many="%(number)s months of the window have no row of a table that has rows before and after.",
    remedy=(
        "Ask the operator to load the missing files; the month of a report is the first day of the month it is about."
    ),
    source="Insights, data frequency, FAQ",
    statement="blank_months",
)
