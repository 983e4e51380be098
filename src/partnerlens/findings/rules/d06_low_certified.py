"""D-06: countries with customers, but without certified people."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-06",
    name="LOW_CERT",
    title="Countries without certified people",
    severity=Severity.LOW,
    scope="partner",
    group=Group.PEOPLE,
    one="%(number)s country has customers of yours, but none of your certified people.",
    many="%(number)s countries have customers of yours, but none of your certified people.",
    remedy=(
        "Under a filter of customer locations only people who work there are counted. Certify people at a "
        "location there, or leave the filter out."
    ),
    source="Partner contribution page, FAQ 6",
    statement="low_certified",
    counts="item",
    parts=(Part.PEOPLE,),
)
