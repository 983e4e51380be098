"""D-08: people whose passes are linked to no partner."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-08",
    name="SKILL_UNLINKED",
    title="Skills that are not linked",
    severity=Severity.MEDIUM,
    scope="person",
    group=Group.PEOPLE,
    one="%(number)s person is not linked to a partner.",
    many="%(number)s people are not linked to a partner.",
    remedy="Link the person's profile to the partner, or merge two profiles; it takes 24 to 72 hours.",
    source="Skills report",
    undecided=(
        "Only passes that name a partner are facts; rows without one wait in the quarantine. Two ids of one "
        "person cannot be told apart from two people."
    ),
)
