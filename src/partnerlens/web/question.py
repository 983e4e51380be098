"""What a page is asked for: the parameters of its address, read in one place, and written again in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Self
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from partnerlens.errors import UsageError
from partnerlens.months import Month

MOST_VALUES = 200
"""Most values of one parameter."""

LONGEST_VALUE = 200
"""Longest value of a parameter, in characters."""

KEPT = 10_000
"""So many parameters of addresses are kept as they are written there: pages have hundreds, and mostly the same."""


@dataclass(frozen=True)
class Question:
    """
    What an address asks about a partner.

    A filter that the address does not name is for all; one that it names without a value has nothing chosen.

    Attributes:
        partner_id: the partner.
        month: the data month (YYYY-MM); None for the latest published one.
        product: product ids; None for all, empty for none.
        workload: workload names; None for all, empty for none.
        country: customer locations; None for all, empty for none.
        edition: the edition that a shared link was made from; None otherwise.
    """

    partner_id: str
    month: str | None = None
    product: tuple[str, ...] | None = None
    workload: tuple[str, ...] | None = None
    country: tuple[str, ...] | None = None
    edition: int | None = None

    @classmethod
    def read(cls, partner_id: str, query: QueryParams) -> Self:
        """
        Return what an address asks.

        Raises:
            UsageError: the month is no month, the edition no number, or there are too many values.
        """
        month = one_of(query, "month")
        return cls(
            partner_id,
            month=None if month is None else str(Month.parse(month)),
            product=values_of(query, "product"),
            workload=values_of(query, "workload"),
            country=values_of(query, "country"),
            edition=whole_number(query, "edition", least=1),
        )

    @property
    def nothing_chosen(self) -> tuple[str, ...]:
        """The filters in which nothing is chosen, so that there is nothing to show."""
        return tuple(name for name in ("product", "workload", "country") if getattr(self, name) == ())

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set."""
        return any(getattr(self, name) is not None for name in ("product", "workload", "country"))

    @property
    def asked(self) -> Mapping[str, Any]:
        """The question in the words of the desk."""
        return {
            "month": self.month,
            "products": self.product or (),
            "workloads": self.workload or (),
            "countries": self.country or (),
        }

    def changed(self, **changes: Any) -> Self:
        """Return the question with other parts."""
        return replace(self, **changes)

    def cleared(self) -> Self:
        """Return the question for all products, workloads and locations."""
        return self.changed(product=None, workload=None, country=None)

    def parameters(self) -> list[tuple[str, str]]:
        """Return what the address names, in order."""
        named = [] if self.month is None else [("month", self.month)]
        for name in ("product", "workload", "country"):
            chosen = getattr(self, name)
            if chosen is not None:
                named += [(name, value) for value in chosen] or [(name, "")]
        return named + ([("edition", str(self.edition))] if self.edition else [])

    def href(self, page: str = "", /, **more: object) -> str:
        """
        Return the address of a page of the partner with this question.

        Args:
            page: the page below the partner's, such as ``score``; empty for its first page.
            more: further parameters; those that are None are left out.
        """
        path = partner_path(self.partner_id, page)
        # A page has dozens of addresses of one question: what they share is written once.
        parts = [part for part in (self._query, query_text(more.items()) if more else "") if part]
        return f"{path}?{'&'.join(parts)}" if parts else path

    @cached_property
    def _query(self) -> str:
        """The parameters as they stand in an address."""
        return query_text(self.parameters())


def partner_path(partner_id: str, page: str = "") -> str:
    """Return the path of a partner's page."""
    path = f"/partners/{_path_text(partner_id)}"
    return f"{path}/{page}" if page else path


def address(path: str, parameters: Iterable[tuple[str, object]]) -> str:
    """Return a path with parameters; those that are None are left out."""
    query = query_text(parameters)
    return f"{path}?{query}" if query else path


def query_text(parameters: Iterable[tuple[str, object]]) -> str:
    """
    Return parameters as they stand in an address; those that are None are left out.

    >>> query_text([("product", "A & B"), ("month", None), ("edition", 3)])
    'product=A+%26+B&edition=3'
    """
    return "&".join(_pair_text(name, str(value)) for name, value in parameters if value is not None)


@lru_cache(maxsize=KEPT)
def _pair_text(name: str, value: str) -> str:
    return urlencode([(name, value)])


@lru_cache(maxsize=KEPT)
def _path_text(partner_id: str) -> str:
    return quote(partner_id, safe="")


def one_of(query: QueryParams, name: str) -> str | None:
    """Return the last value of a parameter; None where it is absent or empty."""
    values = values_of(query, name)
    return values[-1] if values else None


def values_of(query: QueryParams, name: str) -> tuple[str, ...] | None:
    """
    Return the values of a parameter in order, each once; None where it is absent, empty where it has no value.

    Raises:
        UsageError: there are too many, or one is too long or not text.
    """
    if name not in query:
        return None
    values = tuple(dict.fromkeys(value for value in query.getlist(name) if value))
    if len(values) > MOST_VALUES:
        raise UsageError(f"'{name}' has {len(values)} values", f"give at most {MOST_VALUES}")
    for value in values:
        if len(value) > LONGEST_VALUE or not value.isprintable():
            raise UsageError(
                f"a value of '{name}' is no name: '{value[:20]}…'", f"give text of at most {LONGEST_VALUE} characters"
            )
    return values


def whole_number(query: QueryParams, name: str, *, least: int = 0) -> int | None:
    """
    Return a parameter that is a whole number; None where it is absent or empty.

    Raises:
        UsageError: it is no whole number, or below the least.
    """
    text = one_of(query, name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
        raise UsageError(f"'{name}' is '{text}'", f"give a whole number from {least}")
    return int(text)


def choice_of(query: QueryParams, name: str, known: Iterable[str], default: str) -> str:
    """
    Return a parameter that is one of a few words.

    Raises:
        UsageError: it is another word.
    """
    text = one_of(query, name)
    words = list(known)
    if text is None:
        return default
    if text not in words:
        raise UsageError(f"'{name}' is '{text}'", f"it is one of {', '.join(words)}")
    return text
