"""D-03: an official figure that differs from ours."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-03",
    name="REV_MISMATCH",
    title="Official revenue differs",
    severity=Severity.HIGH,
    scope="partner",
    group=Group.DATA,
    one="%(number)s official figure differs from the number here.",
    many="%(number)s official figures differ from the numbers here.",
    remedy="Compare your own invoices with what counts, entry by entry.",
    source="Partner contribution page, FAQ 5; charge types of reconciliation files",
    undecided=(
        "The facts hold no official figure to compare with. 'partnerlens reconcile' compares your own "
        "invoices line by line."
    ),
)
