"""D-29: licences that nobody bought."""

from partnerlens.findings.rule import Group, Part, Rule, Severity

RULE = Rule(
    code="D-29",
    name="TRIAL_SEATS",
    title="Licences that nobody bought",
    severity=Severity.LOW,
    scope="customer",
    group=Group.KNOW,
    one="%(number)s customer has trial or free licences, which deployment leaves out.",
    many="%(number)s customers have trial or free licences, which deployment leaves out.",
    remedy="Nothing has to be done: they are left out unless you ask for them.",
    source="Licence waste of unused seats",
    statement="trial_seats",
    counts="customer_id",
    stake_unit="seats",
    stake_words="%(amount)s left out",
    parts=(Part.ADOPTION,),
)
