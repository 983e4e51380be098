"""D-09: customers with more licences in use than sold, for no cause that the facts tell."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-09",
    name="USAGE_GT_100",
    title="Usage above 100 %",
    severity=Severity.MEDIUM,
    scope="customer",
    group=Group.DATA,
    one="%(number)s customer uses more licences than were sold, without a known cause.",
    many="%(number)s customers use more licences than were sold, without a known cause.",
    remedy="The value is real and shown as it is. Check that all subscriptions of the customer are loaded.",
    source="Increasing adoption and satisfaction",
    statement="usage_above",
    counts="customer_id",
    cause="none",
    parts=(Part.ADOPTION,),
)
