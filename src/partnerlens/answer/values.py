"""The values of the eight metrics from the cells of a month, for every partner at once or for one."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from partnerlens.answer.cells import Bools, CellTable, Ints
from partnerlens.answer.selection import Selection
from partnerlens.model.metric import MetricId
from partnerlens.months import WINDOW_MONTHS
from partnerlens.store.decimals import REST_UNITS
from partnerlens.units import RATIO_DECIMALS, quotient_text, scaled_text

EXACT_IN_FLOAT = 2**26
"""Below this, two unequal fractions have unequal quotients in binary floating point, and equal ones equal."""

AMOUNT_DECIMALS = 18
"""Decimals of an amount's whole part and rest together."""

RATIOS = frozenset({MetricId.MAU, MetricId.MAU_PER_ASSIGNED_SEAT, MetricId.NPS})
"""Metrics whose value is a quotient: rounded to six decimals, with numerator and denominator beside it."""


@dataclass(frozen=True)
class Numbers:
    """
    The exact values of one metric for a run of partners.

    Attributes:
        numerators: whole numbers.
        rests: what is left of an amount below a ten-thousandth, in units of 1e-18; None for counts.
            With it, numerators are ten-thousandths.
        denominators: whole numbers, 0 where the value is null; None for sums and counts.
    """

    numerators: Ints
    rests: Ints | None = None
    denominators: Ints | None = None

    @property
    def is_null(self) -> Bools:
        """Which values are null."""
        if self.denominators is None:
            return np.zeros(len(self.numerators), np.bool_)
        return np.equal(self.denominators, 0)

    def value(self, index: int) -> Fraction | None:
        """Return one value exactly; None when null."""
        numerator = Fraction(int(self.numerators[index]))
        if self.rests is not None:
            return (numerator * REST_UNITS + int(self.rests[index])) / 10**18
        if self.denominators is None:
            return numerator
        denominator = int(self.denominators[index])
        return numerator / denominator if denominator else None

    def exact(self, index: int) -> Fraction:
        """Return one value exactly; raises ValueError when it is null."""
        value = self.value(index)
        if value is None:
            raise ValueError("the value is null")
        return value

    def order_keys(self) -> npt.NDArray[np.number[Any]]:
        """
        Return numbers that compare as the exact values do: equal when equal, smaller when smaller.

        Null values have some key; the caller leaves them out.
        """
        above, below = self.numerators, self.denominators
        if self.rests is not None:
            return _amount_ranks(above, self.rests)
        if below is None or bool((below == below[:1]).all()):
            return above
        below = np.where(below == 0, 1, below)
        if max(np.abs(above).max(initial=0), below.max(initial=0)) < EXACT_IN_FLOAT:
            quotients: npt.NDArray[np.float64] = above / below
            return quotients
        fractions = [Fraction(int(n), int(d)) for n, d in zip(above, below, strict=True)]
        ranks = {fraction: rank for rank, fraction in enumerate(sorted(set(fractions)))}
        return np.array([ranks[fraction] for fraction in fractions], np.int64)

    def where(self, chosen: Bools) -> "Numbers":
        """Return the values that are chosen, in the same order."""
        places = np.flatnonzero(chosen)
        return Numbers(
            self.numerators[places],
            None if self.rests is None else self.rests[places],
            None if self.denominators is None else self.denominators[places],
        )

    def text(self, index: int) -> str | None:
        """Return one value as text, ratios rounded to six decimals; None when null."""
        numerator = int(self.numerators[index])
        if self.rests is not None:
            return scaled_text(numerator * REST_UNITS + int(self.rests[index]), AMOUNT_DECIMALS)
        if self.denominators is None:
            return str(numerator)
        denominator = int(self.denominators[index])
        return quotient_text(numerator, denominator, RATIO_DECIMALS) if denominator else None


PARTS = ("adds", "assigned", "cohort", "instances", "people", "responses", "revenue", "seat_changes", "users")
"""The result tables that values are made of."""


class Cells(Protocol):
    """The cells of all partners in one month, or of one partner in several, by part."""

    def table(self, part: str) -> CellTable | None:
        """Return the cells of a part; None where there are none."""

    @property
    def owners(self) -> int:
        """How many partners, or months, values are given for."""


def metric_numbers(cells: Cells, selection: Selection) -> dict[MetricId, Numbers]:
    """Return the values of the eight metrics under a filter, for each owner of the cells."""
    users = _users(cells, selection)
    (assigned,) = _totals(cells, selection, "assigned", "assigned")
    net, responses = _totals(cells, selection, "responses", "net_promoters", "responses")
    return {
        MetricId.REVENUE: _revenue(cells, selection),
        MetricId.NEW_CUSTOMERS: _new_customers(cells, selection),
        MetricId.NET_SEAT_ADDS: Numbers(*_totals(cells, selection, "seat_changes", "change")),
        MetricId.CERTIFIED_PEOPLE: _certified_people(cells, selection),
        MetricId.PRODUCTION_INSTANCES: Numbers(*_totals(cells, selection, "instances", "instances")),
        MetricId.MAU: Numbers(users, denominators=np.full(len(users), WINDOW_MONTHS, np.int64)),
        MetricId.MAU_PER_ASSIGNED_SEAT: Numbers(users, denominators=assigned * WINDOW_MONTHS),
        MetricId.NPS: Numbers(net * 100, denominators=responses),
    }


def in_cohort(cells: Cells, selection: Selection) -> Bools:
    """Return which owners have credit on a paid subscription that matches the filter (decisions.md 3)."""
    table = cells.table("cohort")
    if table is None:
        return np.zeros(cells.owners, np.bool_)
    return table.rows.count(selection.groups(table)) > 0


def _totals(cells: Cells, selection: Selection, part: str, *measures: str) -> list[Ints]:
    table = cells.table(part)
    if table is None:
        return [np.zeros(cells.owners, np.int64) for _ in measures]
    keep = selection.groups(table)
    return [table.rows.total(measure, keep) for measure in measures]


def _revenue(cells: Cells, selection: Selection) -> Numbers:
    whole, rest = _totals(cells, selection, "revenue", "amount", "amount_rest")
    if not rest.any():
        return Numbers(whole, rest)
    carried = rest // REST_UNITS
    return Numbers(whole + carried, rest - carried * REST_UNITS)


def _new_customers(cells: Cells, selection: Selection) -> Numbers:
    table = cells.table("adds")
    if table is None or table.members is None:
        return Numbers(np.zeros(cells.owners, np.int64))
    return Numbers(table.rows.total("customers", selection.adds(table, table.members)))


def _users(cells: Cells, selection: Selection) -> Ints:
    table = cells.table("users")
    if table is None or table.members is None:
        return np.zeros(cells.owners, np.int64)
    return table.rows.total("users", selection.users(table, table.members))


def _certified_people(cells: Cells, selection: Selection) -> Numbers:
    table = cells.table("people")
    if table is None or table.members is None:
        return Numbers(np.zeros(cells.owners, np.int64))
    keep = selection.people(table, table.members)
    people = table.rows.total("people", keep)
    # A person with passes in several countries has a row for each, and counts once.
    return Numbers(people if table.persons is None else people + table.persons.count(keep, cells.owners))


def _amount_ranks(whole: Ints, rests: Ints) -> Ints:
    """The rank of each amount among the different ones."""
    order = np.lexsort([rests, whole])
    differs = (np.diff(whole[order]) != 0) | (np.diff(rests[order]) != 0)
    ranks = np.zeros(len(order), np.int64)
    ranks[order[1:]] = np.cumsum(differs)
    return ranks
