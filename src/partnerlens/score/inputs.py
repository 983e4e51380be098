"""What a scorecard measures, from the series of an edition: for one partner with the months ahead, or for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.model.ahead import COMPARED, OBSERVED, YEAR, Ints, Taking, crossing, qualified_then, qualifies_now
from partnerlens.model.score import AHEAD_MONTHS, Measured, PartnerInputs
from partnerlens.model.scorecard import (
    AnyOption,
    Growth,
    NetCustomerAdds,
    NewDeployments,
    People,
    PeopleGrowth,
    Qualifying,
    Revenue,
    Scorecard,
)
from partnerlens.model.series import (
    Series,
    SeriesKind,
    choice_series,
    gate_series,
    market_series,
    option_series,
)
from partnerlens.months import WINDOW_MONTHS, Month
from partnerlens.store.decimals import REST_UNITS, split_decimals


@dataclass(frozen=True)
class Scored:
    """
    A partner that inputs are read for.

    Attributes:
        id: the partner.
        country: its own country.
    """

    id: str
    country: str


@dataclass(frozen=True)
class Exact:
    """Exact amounts for each partner and month: in ten-thousandths, with rests in units of 1e-18."""

    whole: Ints
    rest: Ints

    def __add__(self, other: "Exact") -> "Exact":
        return Exact(self.whole + other.whole, self.rest + other.rest)

    def __sub__(self, other: "Exact") -> "Exact":
        return Exact(self.whole - other.whole, self.rest - other.rest)

    def at(self, columns: slice | Sequence[int]) -> "Exact":
        """Return some of the months."""
        return Exact(self.whole[:, columns], self.rest[:, columns])

    def total(self) -> "Exact":
        """Return the sum over the months, as one month."""
        return Exact(self.whole.sum(axis=1, keepdims=True), self.rest.sum(axis=1, keepdims=True))

    def fractions(self) -> list[list[Fraction]]:
        """Return the amounts of each partner by month."""
        return [
            [
                Fraction(whole, 10_000) if not rest else Fraction(whole * REST_UNITS + rest, 10**18)
                for whole, rest in zip(wholes, rests, strict=True)
            ]
            for wholes, rests in zip(self.whole.tolist(), self.rest.tolist(), strict=True)
        ]


@dataclass(frozen=True)
class _Rows:
    """The rows of one month's table: the partner's position, the series, place and amount of each."""

    partner: Ints
    series: Ints
    names: Mapping[str, int]
    place: Ints
    whole: Ints
    rest: Ints

    def of(self, name: str) -> npt.NDArray[np.intp]:
        """The rows of a series."""
        return np.flatnonzero(self.series == self.names.get(name, -1))


class SeriesRows:
    """
    The series of an edition, ready to be measured.

    Args:
        tables: the tables of the scorecard by month; months without one count as empty.
        month: the data month.
        partners: whom to measure.
        ahead: how many months ahead; 0 for the data month alone.
    """

    def __init__(
        self, tables: Mapping[Month, pa.Table], month: Month, partners: Sequence[Scored], *, ahead: int = AHEAD_MONTHS
    ) -> None:
        """Code the rows of each month."""
        self.partners = partners
        self.ahead = ahead
        positions = {partner.id: index for index, partner in enumerate(partners)}
        self._months = {
            back: _rows(tables[month - back], positions) for back in range(YEAR + 1) if month - back in tables
        }

    def flow(self, name: str) -> Exact:
        """Return sums of the trailing twelve months: column j is the window that ends j months ahead."""
        months = self._columns(name, range(WINDOW_MONTHS))
        return self._stack([months.at(slice(j, None)).total() for j in range(self.ahead + 1)])

    def levels(self, name: str) -> Exact:
        """Return a year of months: column 0 is the month a year before, column 12 the data month."""
        return self._columns(name, range(YEAR + 1))

    def portfolio(self, name: str) -> Exact:
        """Return a year of months at the customers of today, as ``levels``."""
        rows = self._months.get(0)
        made = self._empty(YEAR + 1)
        if rows is not None:
            _sum_into(made, rows, rows.of(name), YEAR - rows.place)
        return made

    def lasting(self, name: str) -> Exact:
        """Return those who still count: column j is the number j months ahead."""
        rows = self._months.get(0)
        made = self._empty(self.ahead + 1)
        if rows is not None:
            chosen = rows.of(name)
            for j in range(self.ahead + 1):
                kept = chosen[rows.place[chosen] >= j]
                _sum_into(made, rows, kept, np.full(len(rows.place), j, np.int64))
        return made

    def masked(self, name: str, takes: Taking, *, ahead: int) -> Exact:
        """Return sums over the sets of months that count: column j holds those that ``takes(sets, j)`` says yes to."""
        rows = self._months.get(0)
        made = self._empty(ahead + 1)
        if rows is not None:
            chosen = rows.of(name)
            for j in range(ahead + 1):
                kept = chosen[takes(rows.place[chosen], j)]
                _sum_into(made, rows, kept, np.full(len(rows.place), j, np.int64))
        return made

    def by_place(self, name: str, place: int) -> Ints:
        """Return whole amounts of one place of the data month, for each partner."""
        made = self._empty(1)
        rows = self._months.get(0)
        if rows is not None:
            chosen = rows.of(name)
            _sum_into(made, rows, chosen[rows.place[chosen] == place], np.zeros(len(rows.place), np.int64))
        whole: Ints = made.whole[:, 0]
        return whole

    def _columns(self, name: str, backs: Sequence[int]) -> Exact:
        """One column for each month, the earliest first."""
        made = self._empty(len(backs))
        for column, back in enumerate(reversed(backs)):
            rows = self._months.get(back)
            if rows is not None:
                _sum_into(made, rows, rows.of(name), np.full(len(rows.place), column, np.int64))
        return made

    def _empty(self, columns: int) -> Exact:
        shape = (len(self.partners), columns)
        return Exact(np.zeros(shape, np.int64), np.zeros(shape, np.int64))

    @staticmethod
    def _stack(columns: Sequence[Exact]) -> Exact:
        return Exact(np.hstack([column.whole for column in columns]), np.hstack([column.rest for column in columns]))


def read_inputs(
    scorecard: Scorecard, track: str, rows: SeriesRows, *, countries: frozenset[str], first_short: int | None
) -> list[PartnerInputs]:
    """
    Return the inputs of each partner of the rows, in their order.

    Args:
        scorecard: the scorecard.
        track: the track.
        rows: its series.
        countries: the countries of the market list; empty without classes.
        first_short: how many months before the data month the first month of facts lies; None when there are none.
    """
    classes = _classes(scorecard, track, rows, countries)
    measured: dict[tuple[str, str], list[tuple[Measured, ...]]] = {}
    gates: dict[str, list[list[Fraction]]] = {}
    short = set()
    for indicator_id, indicator in scorecard.tracks[track].indicators.items():
        own = [partner_classes.get(indicator.located_by) for partner_classes in classes]
        for option_id, option in indicator.options.items():
            series = option_series(scorecard, track, indicator_id, option_id)
            measured[indicator_id, option_id] = _measured(scorecard, option, series, rows, own)
            if first_short is None or history_needed(scorecard, option) > first_short:
                short.add(indicator_id)
            if isinstance(option, People):
                for gate in option.gates:
                    gates[gate.exam_rule] = rows.lasting(gate_series(gate.exam_rule).name).fractions()
    return [
        PartnerInputs(
            measures={place: values[index] for place, values in measured.items()},
            gates={rule: tuple(int(count) for count in counts[index]) for rule, counts in gates.items()},
            classes=classes[index],
            short=frozenset(short),
        )
        for index in range(len(rows.partners))
    ]


def size_values(scorecard: Scorecard, rows: SeriesRows) -> list[Fraction | None]:
    """Return, for a choice of track by size, the measure of each partner; None for other choices."""
    series = choice_series(scorecard)
    option = scorecard.choice.measure
    if not series or option is None:
        return [None] * len(rows.partners)
    return [values[0].value for values in _qualifying(option, series[0].name, rows, ahead=0)]


def history_needed(scorecard: Scorecard, option: AnyOption) -> int:
    """Return how many months before the data month a measure needs; 0 for a snapshot (``history_short``)."""
    match option:
        case Revenue():
            return WINDOW_MONTHS - 1
        case NetCustomerAdds() | Growth():
            return YEAR
        case NewDeployments():
            return YEAR - OBSERVED[scorecard.parameters.deployment_window][0]
        case Qualifying():
            limits = [limit for condition in option.conditions for limit in condition.limits]
            summed = max(limit.months + limit.within - 2 for limit in limits)
            return summed if option.compare == "at" else summed + YEAR
        case People() | PeopleGrowth():
            return 0
        case _:
            assert_never(option)


def _measured(  # noqa: PLR0911 - one return for each kind of measure
    scorecard: Scorecard, option: AnyOption, series: Sequence[Series], rows: SeriesRows, classes: Sequence[str | None]
) -> list[tuple[Measured, ...]]:
    """One option of each partner, by months ahead."""
    names = {(one.kind, one.market_class): one.name for one in series}
    match option:
        case Revenue():
            return _counted(rows.flow(names[SeriesKind.REVENUE, None]))
        case NetCustomerAdds():
            return _counted(rows.flow(names[SeriesKind.ADDS, None]) - rows.flow(names[SeriesKind.LOSSES, None]))
        case People():
            return _counted(rows.lasting(names[SeriesKind.PEOPLE, None]))
        case PeopleGrowth():
            now = rows.lasting(names[SeriesKind.PEOPLE, None]).fractions()
            then = rows.lasting(names[SeriesKind.PEOPLE_THEN, None]).at([0]).fractions()
            return [
                tuple(_grown(level, before[0], "ratio") for level in levels)
                for levels, before in zip(now, then, strict=True)
            ]
        case Growth():
            return _growth(option, names, rows)
        case NewDeployments():
            return _by_class({one.market_class: _deployed(scorecard, one.name, rows) for one in series}, classes)
        case Qualifying():
            made = {one.market_class: _qualifying(option, one.name, rows, ahead=rows.ahead) for one in series}
            return _by_class(made, classes)
        case _:
            assert_never(option)


def _by_class(
    made: Mapping[str | None, list[tuple[Measured, ...]]], classes: Sequence[str | None]
) -> list[tuple[Measured, ...]]:
    """For each partner the values that were made with the numbers of its class."""
    if None in made:
        return made[None]
    return [made[market_class][index] for index, market_class in enumerate(classes)]


def _counted(amounts: Exact) -> list[tuple[Measured, ...]]:
    return [tuple(Measured(value) for value in values) for values in amounts.fractions()]


def _growth(
    option: Growth, names: Mapping[tuple[SeriesKind, str | None], str], rows: SeriesRows
) -> list[tuple[Measured, ...]]:
    (kind, _), name = next(iter(names.items()))
    levels = rows.portfolio(name) if kind is SeriesKind.PORTFOLIO else rows.levels(name)
    # What is measured now stays as it is; the month a year before moves up to it.
    return [
        tuple(_grown(year[YEAR], year[j], option.form) for j in range(rows.ahead + 1)) for year in levels.fractions()
    ]


def _grown(now: Fraction, then: Fraction, form: str) -> Measured:
    return Measured(now - then, denominator=then if form == "ratio" else None, baseline=then)


def _deployed(scorecard: Scorecard, name: str, rows: SeriesRows) -> list[tuple[Measured, ...]]:
    return _counted(rows.masked(name, crossing(scorecard.parameters.deployment_window), ahead=rows.ahead))


def _qualifying(option: Qualifying, name: str, rows: SeriesRows, *, ahead: int) -> list[tuple[Measured, ...]]:
    if option.compare == "difference":
        present = rows.masked(name, qualifies_now, ahead=ahead).fractions()
        before = rows.masked(name, qualified_then, ahead=ahead).fractions()
        return [
            tuple(_grown(a, b, "difference") for a, b in zip(nows, thens, strict=True))
            for nows, thens in zip(present, before, strict=True)
        ]
    return _counted(rows.masked(name, COMPARED[option.compare], ahead=ahead))


def _classes(scorecard: Scorecard, track: str, rows: SeriesRows, countries: frozenset[str]) -> list[dict[str, str]]:
    """The market class of each partner, by what its thresholds are located by (decisions.md 4, "Market class")."""
    named = scorecard.classes
    if named is None:
        return [{} for _ in rows.partners]
    name = market_series(scorecard, track).name
    inside, outside = rows.by_place(name, 1), rows.by_place(name, 0)
    classes = []
    for index, partner in enumerate(rows.partners):
        own = named.market if partner.country in countries else named.otherwise
        sold = named.market if inside[index] else named.otherwise if outside[index] else own
        classes.append({"customer": sold, "partner": own})
    return classes


def _rows(table: pa.Table, positions: Mapping[str, int]) -> _Rows:
    partners, series = _codes(table["partner_id"]), _codes(table["series"])
    place_of = np.array([positions.get(identifier, -1) for identifier in partners[1]], np.int64)
    partner = place_of[partners[0]] if len(partners[0]) else np.zeros(0, np.int64)
    kept = np.flatnonzero(partner >= 0)
    whole, rest = split_decimals(table["amount"])
    return _Rows(
        partner=partner[kept],
        series=series[0][kept],
        names={name: code for code, name in enumerate(series[1])},
        place=table["place"].to_numpy().astype(np.int64)[kept],
        whole=whole[kept],
        rest=rest[kept],
    )


def _codes(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    merged = encoded.unify_dictionaries().combine_chunks()
    if isinstance(merged, pa.ChunkedArray):
        if not merged.num_chunks:
            return np.zeros(0, np.int64), []
        merged = merged.chunk(0)
    return merged.indices.to_numpy(zero_copy_only=False).astype(np.int64), merged.dictionary.to_pylist()


def _sum_into(made: Exact, rows: _Rows, chosen: npt.NDArray[np.intp], column: Ints) -> None:
    places = (rows.partner[chosen], column[chosen])
    np.add.at(made.whole, places, rows.whole[chosen])
    np.add.at(made.rest, places, rows.rest[chosen])
