"""The values of the eight metrics from the cells of a month, for every partner at once or for one."""

from collections.abc import Mapping
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
        return _text(
            int(self.numerators[index]),
            None if self.rests is None else int(self.rests[index]),
            None if self.denominators is None else int(self.denominators[index]),
        )

    def texts(self) -> list[str | None]:
        """Return all values as texts; see ``text``."""
        nothing = [None] * len(self.numerators)
        rests = nothing if self.rests is None else self.rests.tolist()
        denominators = nothing if self.denominators is None else self.denominators.tolist()
        return [_text(*number) for number in zip(self.numerators.tolist(), rests, denominators, strict=True)]


def _text(numerator: int, rest: int | None, denominator: int | None) -> str | None:
    if rest is not None:
        return scaled_text(numerator * REST_UNITS + rest, AMOUNT_DECIMALS)
    if denominator is None:
        return str(numerator)
    return quotient_text(numerator, denominator, RATIO_DECIMALS) if denominator else None


MEASURES: dict[str, tuple[str, ...]] = {
    "adds": ("customers",),
    "assigned": ("assigned",),
    "cohort": ("credited",),
    "instances": ("instances",),
    "people": ("people",),
    "responses": ("net_promoters", "responses"),
    "revenue": ("amount", "amount_rest"),
    "seat_changes": ("change",),
    "users": ("users",),
}
"""The result tables that values are made of, and what is added up from each; ``credited`` counts rows."""

PARTS = tuple(MEASURES)
"""The result tables that values are made of."""

Sums = Mapping[str, Ints]
"""What is added up from cells, by measure: a number for each partner, or for each month of one partner."""


@dataclass(frozen=True)
class Relation:
    """
    How a metric's value follows from sums (decisions.md 2).

    Attributes:
        above: the measure that is the value, or its numerator.
        below: the measure of the rest of an amount, or of the denominator; None for neither.
        times: what the numerator is multiplied by.
        divided_by: what the denominator is multiplied by, or the denominator where no measure is one; None for
            sums and counts.
    """

    above: str
    below: str | None = None
    times: int = 1
    divided_by: int | None = None

    @property
    def is_amount(self) -> bool:
        """Whether the value is a whole part and a rest."""
        return self.below is not None and self.divided_by is None

    def numbers(self, above: Ints, below: Ints | None) -> Numbers:
        """Return the values that follow from sums of the two measures."""
        if self.divided_by is None:
            return Numbers(above) if below is None else _amounts(above, below)
        times = above if self.times == 1 else above * self.times
        if below is None:
            return Numbers(times, denominators=np.full(len(above), self.divided_by, np.int64))
        return Numbers(times, denominators=below if self.divided_by == 1 else below * self.divided_by)


RELATIONS = {
    MetricId.REVENUE: Relation("amount", "amount_rest"),
    MetricId.NEW_CUSTOMERS: Relation("customers"),
    MetricId.NET_SEAT_ADDS: Relation("change"),
    MetricId.CERTIFIED_PEOPLE: Relation("people"),
    MetricId.PRODUCTION_INSTANCES: Relation("instances"),
    MetricId.MAU: Relation("users", divided_by=WINDOW_MONTHS),
    MetricId.MAU_PER_ASSIGNED_SEAT: Relation("users", "assigned", divided_by=WINDOW_MONTHS),
    MetricId.NPS: Relation("net_promoters", "responses", times=100, divided_by=1),
}
"""How each metric's value follows from sums."""


class Cells(Protocol):
    """The cells of all partners in one month, or of one partner in several."""

    @property
    def owners(self) -> int:
        """How many partners, or months, values are given for."""

    def sums(self, selection: Selection) -> Sums:
        """Return every measure under a filter, for each owner."""


class Tables(Protocol):
    """Cells as tables."""

    @property
    def owners(self) -> int:
        """How many partners, or months, values are given for."""

    def table(self, part: str) -> CellTable | None:
        """Return the cells of a part; None where there are none."""


def metric_numbers(cells: Cells, selection: Selection) -> dict[MetricId, Numbers]:
    """Return the values of the eight metrics under a filter, for each owner of the cells."""
    return numbers_of(cells.sums(selection))


def numbers_of(sums: Sums) -> dict[MetricId, Numbers]:
    """Return the values of the eight metrics that follow from sums."""
    return {
        metric: relation.numbers(sums[relation.above], None if relation.below is None else sums[relation.below])
        for metric, relation in RELATIONS.items()
    }


def credited(sums: Sums) -> Bools:
    """Return which owners have credit on a paid subscription that matches the filter (decisions.md 3)."""
    return sums["credited"] > 0


def table_sums(cells: Tables, selection: Selection) -> Sums:
    """Return every measure under a filter from tables, for each owner of their rows."""
    sums: dict[str, Ints] = {}
    for part, measures in MEASURES.items():
        table = cells.table(part)
        if table is None:
            sums |= {measure: np.zeros(cells.owners, np.int64) for measure in measures}
            continue
        keep = selection.keep(part, table)
        for measure in measures:
            sums[measure] = table.rows.count(keep) if measure == "credited" else table.rows.total(measure, keep)
        if table.persons is not None:
            # A person with passes in several countries has a row for each, and counts once.
            sums["people"] = sums["people"] + table.persons.count(keep, cells.owners)
    return sums


def _amounts(whole: Ints, rest: Ints) -> Numbers:
    if not rest.any():
        return Numbers(whole, rest)
    carried = rest // REST_UNITS
    return Numbers(whole + carried, rest - carried * REST_UNITS)


def _amount_ranks(whole: Ints, rests: Ints) -> Ints:
    """The rank of each amount among the different ones."""
    order = np.lexsort([rests, whole])
    differs = (np.diff(whole[order]) != 0) | (np.diff(rests[order]) != 0)
    ranks = np.zeros(len(order), np.int64)
    ranks[order[1:]] = np.cumsum(differs)
    return ranks
