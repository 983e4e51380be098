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

EXACT_IN_FLOAT = 2**26
"""Below this, two unequal fractions have unequal quotients in binary floating point, and equal ones equal."""


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

    def order_keys(self) -> npt.NDArray[np.number[Any]]:
        """
        Return numbers that compare as the exact values do: equal when equal, smaller when smaller.

        Null values have some key; the caller leaves them out.
        """
        if self.rests is not None:
            return _amount_keys(self.numerators, self.rests)
        if self.denominators is None:
            return self.numerators
        below = np.where(self.denominators == 0, 1, self.denominators)
        if max(np.abs(self.numerators).max(initial=0), below.max(initial=0)) < EXACT_IN_FLOAT:
            quotients: npt.NDArray[np.float64] = self.numerators / below
            return quotients
        fractions = [Fraction(int(n), int(d)) for n, d in zip(self.numerators, below, strict=True)]
        ranks = {fraction: rank for rank, fraction in enumerate(sorted(set(fractions)))}
        return np.array([ranks[fraction] for fraction in fractions], np.int64)


class MonthCells(Protocol):
    """The cells of one month, by part; None where the month has no result."""

    def table(self, part: str) -> CellTable | None:
        """Return the cells of a part."""

    @property
    def partners(self) -> int:
        """How many partners values are given for."""


def metric_numbers(cells: MonthCells, selection: Selection) -> dict[MetricId, Numbers]:
    """Return the values of the eight metrics under a filter, for each partner of the cells."""
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


def in_cohort(cells: MonthCells, selection: Selection) -> Bools:
    """Return which partners have credit on a paid subscription that matches the filter (decisions.md 3)."""
    table = cells.table("cohort")
    return np.zeros(cells.partners, np.bool_) if table is None else table.any(selection.rows(table))


def _totals(cells: MonthCells, selection: Selection, part: str, *measures: str) -> list[Ints]:
    table = cells.table(part)
    if table is None:
        return [np.zeros(cells.partners, np.int64) for _ in measures]
    keep = selection.rows(table)
    return [table.total(measure, keep) for measure in measures]


def _revenue(cells: MonthCells, selection: Selection) -> Numbers:
    whole, rest = _totals(cells, selection, "revenue", "amount", "amount_rest")
    carried = rest // REST_UNITS
    return Numbers(whole + carried, rest - carried * REST_UNITS)


def _new_customers(cells: MonthCells, selection: Selection) -> Numbers:
    table = cells.table("adds")
    if table is None or table.members is None:
        return Numbers(np.zeros(cells.partners, np.int64))
    return Numbers(table.total("customers", selection.adds(table, table.members)))


def _users(cells: MonthCells, selection: Selection) -> Ints:
    table = cells.table("users")
    if table is None or table.members is None:
        return np.zeros(cells.partners, np.int64)
    return table.total("users", selection.users(table, table.members))


def _certified_people(cells: MonthCells, selection: Selection) -> Numbers:
    table = cells.table("people")
    if table is None or table.members is None or table.persons is None:
        return Numbers(np.zeros(cells.partners, np.int64))
    keep = selection.people(table, table.members)
    counted = np.where(keep & (table.persons == 0), table.measures["people"], 0)
    # A person with passes in several countries has a row for each, not next to one another; the first kept row
    # of each partner and person is found here. There are few such people.
    several = np.flatnonzero(keep & (table.persons > 0))
    if len(several):
        owner = np.searchsorted(table.starts, several, side="right")
        _, first = np.unique(np.column_stack([owner, table.persons[several]]), axis=0, return_index=True)
        counted[several[first]] = 1
    return Numbers(table.by_partner(counted))


def _amount_keys(whole: Ints, rest: Ints) -> Ints:
    """Keys of amounts: the whole parts alone where they tell unequal amounts apart, else ranks of both."""
    marked = np.sort(whole[(whole != 0) | (rest != 0)])
    if not rest.any() or (not (np.diff(marked) == 0).any() and not ((whole == 0) & (rest != 0)).any()):
        return whole
    order = np.lexsort([rest, whole])
    steps = np.zeros(len(whole), np.int64)
    steps[1:] = (np.diff(whole[order]) != 0) | (np.diff(rest[order]) != 0)
    ranks = np.empty(len(whole), np.int64)
    ranks[order] = np.cumsum(steps)
    return ranks
