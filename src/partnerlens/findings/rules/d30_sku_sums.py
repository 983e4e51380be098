"""D-30: counts of SKUs that do not add up to their product."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-30",
    name="SKU_SUM",
    title="SKUs that do not add up",
    severity=Severity.LOW,
    scope="subscription",
    group=Group.DATA,
    one="%(number)s product has other totals than its SKUs.",
    many="%(number)s products have other totals than their SKUs.",
    remedy="Several SKUs may be in one subscription; compare by subscription.",
    source="Product subscriptions report, note",
    undecided="A subscription has one product in the facts, so that there is nothing that could not add up.",
)
