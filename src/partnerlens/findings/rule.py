"""What a finding is before anyone looks for it: its code, its sentence, what to do, and the statement that finds it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Group(StrEnum):
    """What a reader can do about a finding."""

    CLAIM = "claim"
    ADOPT = "adopt"
    PEOPLE = "people"
    DATA = "data"
    KNOW = "know"


class Part(StrEnum):
    """What a rule reads beside partners, customers, subscriptions and associations."""

    BILLING = "billing"
    SEATS = "seats"
    USE = "use"
    PEOPLE = "people"
    SCORES = "scores"
    ADOPTION = "adoption"


GROUP_TITLES: dict[Group, str] = {
    Group.CLAIM: "Associate and claim",
    Group.ADOPT: "Work with the customer",
    Group.PEOPLE: "Certify people",
    Group.DATA: "Check the data",
    Group.KNOW: "Good to know",
}
"""What each group is called."""

SEVERITY_TITLES: dict[Severity, str] = {
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
}
"""What each severity is called."""

CURRENCY = "currency"
"""The unit of a stake that is money, in the reporting currency."""


@dataclass(frozen=True)
class Rule:
    """
    One finding that can be looked for.

    Attributes:
        code: its number, such as ``D-01``.
        name: its name in capitals, as the list of findings has it.
        title: what it is about, in a few words.
        severity: how much it matters.
        scope: what one row of evidence is: ``partner``, ``customer``, ``subscription``, ``person`` or ``program``.
        group: what a reader can do.
        one: the sentence for one; ``%(number)s`` stands for how many.
        many: the sentence for several.
        remedy: what to do.
        source: where the rule comes from.
        statement: the file of ``findings/sql`` that finds the evidence; empty for one that cannot be decided.
        undecided: why it cannot be decided from the facts; empty where it can.
        counts: what ``%(number)s`` counts: ``rows``, ``customer_id``, ``subscription_id`` or ``item``.
        stake_unit: what the amounts of the evidence count; ``currency`` for money, empty where they are not added up.
        stake_words: what stands beside the sum, with ``%(amount)s`` in its place.
        cause: of a statement that serves several rules, which of its rows are this one's; empty for all.
        parts: what it reads.
        names_people: whether ``item`` names a person.
        for_operators: whether only operators are told.
    """

    code: str
    name: str
    title: str
    severity: Severity
    scope: str
    group: Group
    one: str
    many: str
    remedy: str
    source: str
    statement: str = ""
    undecided: str = ""
    counts: str = "rows"
    stake_unit: str = ""
    stake_words: str = ""
    cause: str = ""
    parts: tuple[Part, ...] = ()
    names_people: bool = False
    for_operators: bool = False

    def __post_init__(self) -> None:
        """Refuse a rule that is neither found nor says why not."""
        if bool(self.statement) == bool(self.undecided):
            raise ValueError(f"{self.code} needs a statement, or the reason why it cannot be decided")

    @property
    def is_money(self) -> bool:
        """Whether the amounts are money."""
        return self.stake_unit == CURRENCY
