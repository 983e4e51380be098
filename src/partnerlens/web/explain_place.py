"""Which number a page opens: a metric, or an indicator of a score; with its address here and in the interface."""

import re
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from partnerlens.explain.explanation import Heading
from partnerlens.months import Month
from partnerlens.web.page import Link
from partnerlens.web.partner import Choice, Months
from partnerlens.web.question import Question, address, one_of, partner_path
from partnerlens.web.tongue import Tongue, is_currency

SCORE = ("scorecard", "track", "option")
"""What an address names of a score."""

_RULE = re.compile(r"'(\w+)'")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Place:
    """
    Where the page of a number stands.

    Attributes:
        page: its place below the partner's address, such as ``explain/revenue``.
        source: its place in the interface, such as ``metrics/revenue``.
        kept: what its address names beside the question: scorecard, track and option.
    """

    page: str
    source: str
    kept: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_metric(cls, metric: str) -> "Place":
        """Return where the page of a metric stands."""
        return cls(f"explain/{metric}", f"metrics/{metric}")

    @classmethod
    def of_indicator(cls, indicator: str, query: QueryParams) -> "Place":
        """Return where the page of an indicator stands, with what an address names of its score."""
        kept = tuple((name, value) for name in SCORE if (value := one_of(query, name)) is not None)
        return cls(f"indicators/{indicator}", f"indicators/{indicator}", kept)

    @property
    def is_metric(self) -> bool:
        """Whether the number is a metric; indicators have no filter, no benchmark and no bridge."""
        return self.page.startswith("explain/")

    def href(self, question: Question, **more: object) -> str:
        """Return the address of the page, with further parameters; those that are None are left out."""
        return question.href(self.page, **dict(self.kept), **more)

    def source_href(self, question: Question, below: str = "", **more: object) -> str:
        """Return the address of the number in the interface, or of a part ``below`` it."""
        path = f"/api/v1{partner_path(question.partner_id, self.source)}"
        path = f"{path}/{below}" if below else path
        return address(path, [*more.items(), *question.parameters(), *self.kept])

    def months(self, said: Tongue, published: list[str], question: Question, shown: Month) -> Months:
        """Return the months to choose from, with links that keep the number."""

        def step(month: Month) -> Link | None:
            if str(month) not in published:
                return None
            return Link(said.month(month), self.href(question.changed(month=str(month), edition=None)))

        choices = tuple(Choice(month, said.month(Month.parse(month)), month == str(shown)) for month in published)
        return Months(choices, step(shown - 1), step(shown + 1))


def value_words(said: Tongue, heading: Heading) -> str:
    """Return the number of an explanation as text; a dash where there is none."""
    if heading.value is None:
        return "–"
    if heading.indicator is not None and heading.denominator is not None:
        return said.percent(heading.value)
    return said.quantity(heading.value, heading.unit)


def amount_words(said: Tongue, amount: str | None, unit: str) -> str:
    """Return an amount of rows as text: money, or a number; empty where it may not be seen."""
    return "" if amount is None else said.figure(amount, unit if is_currency(unit) else "")


def message_of(definition: str) -> tuple[str, dict[str, str]]:
    """
    Return the message of a definition, which names exam rules and days, and what fills its places.

    >>> message_of("Growth since 2019-12-31 under the rule 'ce_consultant'.")
    ("Growth since %(day)s under the rule '%(rule)s'.", {'rule': 'ce_consultant', 'day': '2019-12-31'})
    """
    filled: dict[str, str] = {}
    message = definition.replace("%", "%%")
    for name, pattern, written in (("rule", _RULE, "'%(rule)s'"), ("day", _DAY, "%(day)s")):
        found = pattern.search(message)
        if found:
            filled[name] = found[1] if pattern.groups else found[0]
            message = pattern.sub(written, message)
    return message, filled
