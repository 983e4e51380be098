"""D-27: subscriptions associated with an id that stands for no reseller."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-27",
    name="RESELLER_ID",
    title="Reseller ids that name nobody",
    severity=Severity.LOW,
    scope="subscription",
    group=Group.DATA,
    one="%(number)s subscription is associated with an id that stands for no reseller.",
    many="%(number)s subscriptions are associated with an id that stands for no reseller.",
    remedy="The reseller was removed, or the vendor sells directly; correct the association, or leave it out.",
    source="Use the reconciliation files",
    statement="no_reseller",
    counts="subscription_id",
    for_operators=True,
)
