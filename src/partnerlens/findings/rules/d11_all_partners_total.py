"""D-11: customers that have licences from others too."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-11",
    name="ALL_PARTNERS_TOTAL",
    title="Licences of others",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer has licences beside those that you are credited for.",
    many="%(number)s customers have licences beside those that you are credited for.",
    remedy="Totals of a customer cover all partners and direct purchases; your own licences stand beside them.",
    source="Increasing adoption and satisfaction",
    statement="all_partners_total",
    counts="customer_id",
    stake_unit="seats",
    stake_words="%(amount)s of others",
    parts=(Part.SEATS,),
)
