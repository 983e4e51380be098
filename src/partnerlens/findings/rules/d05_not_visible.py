"""D-05: accounts whose page may stay empty."""

from partnerlens.findings.rule import Group, Rule, Severity

RULE = Rule(
    code="D-05",
    name="NOT_VISIBLE",
    title="Page may stay empty",
    severity=Severity.HIGH,
    scope="partner",
    group=Group.DATA,
    one="The page may stay empty, for %(number)s reason: account type, market or no associated product.",
    many="The page may stay empty, for %(number)s reasons: account type, market or no associated product.",
    remedy=(
        "The program serves accounts of the types MPN and CSP, in its markets, with an association on at "
        "least one subscription."
    ),
    source="Partner contribution page, FAQ 1 and 2",
    statement="not_visible",
)
