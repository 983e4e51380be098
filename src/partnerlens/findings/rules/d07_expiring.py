"""D-07: certified people whose passes end soon."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-07",
    name="CERT_EXPIRING",
    title="Passes that end soon",
    severity=Severity.HIGH,
    scope="person",
    group=Group.PEOPLE,
    one="%(number)s certified person has a pass that ends soon.",
    many="%(number)s certified people have passes that end soon.",
    remedy=(
        "Have the exam taken again, or its successor, before the pass ends. The score page shows what is lost"
        " in which month."
    ),
    source="Skills report; CBA indicators 2021, retirement dates",
    statement="expiring",
    counts="item",
    parts=(Part.PEOPLE,),
    names_people=True,
)
