"""D-21: customers that had paid seats before anybody was credited on them."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-21",
    name="DIRECT_CUSTOMER",
    title="Customers that came from the vendor",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer had paid seats before any association, so it is no new customer.",
    many="%(number)s customers had paid seats before any association, so they are no new customers.",
    remedy="Nothing can be done for the past: associate with customers before they buy.",
    source="SMB indicator 2",
    statement="direct_customers",
    counts="customer_id",
    stake_unit="customers",
    stake_words="%(amount)s not added",
    parts=(Part.SEATS,),
)
