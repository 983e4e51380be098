"""D-28: amounts and shares that their parts do not give."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-28",
    name="FORMULA_MISMATCH",
    title="Formulas that do not hold",
    severity=Severity.LOW,
    scope="program",
    group=Group.DATA,
    one="%(number)s column of a loaded file holds figures that their parts do not give.",
    many="%(number)s columns of loaded files hold figures that their parts do not give.",
    remedy="The figure of the source is kept; ask where it comes from.",
    source="Reconciliation files, formulas",
    statement="mismatches",
    for_operators=True,
)
