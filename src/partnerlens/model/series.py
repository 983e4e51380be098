"""
Series: the numbers by partner and month that the measures of a scorecard are made from.

The build writes them and the score room reads them. Each is named ``TRACK/INDICATOR/OPTION/KIND``, with ``@CLASS``
where the number depends on the market class, or ``gate/RULE``, ``TRACK/market``, ``choice/units``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from partnerlens.model.scorecard import (
    AnyOption,
    BaselinePopulation,
    ByClass,
    Growth,
    NetCustomerAdds,
    NewDeployments,
    People,
    PeopleGrowth,
    Qualifying,
    Revenue,
    Scorecard,
)


class SeriesKind(StrEnum):
    """What a series holds in its ``place`` and ``amount``, for each partner and month."""

    REVENUE = "revenue"
    """The month's revenue."""
    ADDS = "adds"
    """The month's customer adds."""
    LOSSES = "losses"
    """The month's customer losses."""
    PEOPLE = "people"
    """People at the end of the month, by the number of months (0 to 12) that they go on to satisfy the rule."""
    PEOPLE_THEN = "people_then"
    """People on the day of a baseline."""
    LEVEL = "level"
    """The month's users (or their value) at customers credited at its end."""
    PORTFOLIO = "portfolio"
    """Users of the month ``place`` months before, at customers credited at the end of the month."""
    CROSSINGS = "crossings"
    """Tenants or instances by the set of the thirteen months in which users reached the threshold."""
    UNITS = "units"
    """Qualifying units by the set of the twenty-five months around the month in which they qualify."""
    MARKET = "market"
    """Credited customers in (1) and outside (0) the listed countries."""


@dataclass(frozen=True)
class Series:
    """
    One series of a scorecard.

    Attributes:
        name: its name in result tables.
        kind: what it holds.
        policy: the credit policy; empty for people.
        products: the product list; empty for people.
        option: the option that it measures; None for gates and markets.
        exam_rule: for people, the rule.
        day: for people of a baseline, the day; None for the end of the month.
        market_class: the class whose numbers it uses; None where they do not depend on it.
    """

    name: str
    kind: SeriesKind
    policy: str = ""
    products: str = ""
    option: AnyOption | None = None
    exam_rule: str | None = None
    day: date | None = None
    market_class: str | None = None


def scorecard_series(scorecard: Scorecard) -> list[Series]:
    """Return every series that the scorecard's tracks need, each once."""
    found = {series.name: series for series in _all_series(scorecard)}
    return list(found.values())


def option_series(scorecard: Scorecard, track: str, indicator: str, option_id: str) -> list[Series]:
    """Return the series that one option is measured by."""
    option = scorecard.tracks[track].indicators[indicator].options[option_id]
    return list(_option(scorecard, option, f"{track}/{indicator}/{option_id}", scorecard.tracks[track].products))


def gate_series(rule: str) -> Series:
    """Return the series of the people who satisfy a gate."""
    return Series(f"gate/{rule}", SeriesKind.PEOPLE, exam_rule=rule)


def market_series(scorecard: Scorecard, track: str) -> Series:
    """Return the series that tells a track's market class."""
    return Series(
        f"{track}/market", SeriesKind.MARKET, policy=scorecard.credit_policy, products=scorecard.tracks[track].products
    )


def choice_series(scorecard: Scorecard) -> list[Series]:
    """Return the series that decides between tracks by size; empty for other choices."""
    measure = scorecard.choice.measure
    if measure is None:
        return []
    products = measure.products or next(iter(scorecard.tracks.values())).products
    return [Series("choice/units", SeriesKind.UNITS, measure.policy or scorecard.credit_policy, products, measure)]


def policies_of(scorecard: Scorecard) -> list[str]:
    """Return the names of the credit policies that a scorecard needs."""
    every = scorecard_series(scorecard)
    qualifying = [series.option for series in every if isinstance(series.option, Qualifying)]
    of_conditions = {condition.policy for option in qualifying for condition in option.conditions if condition.policy}
    return sorted({series.policy for series in every if series.policy} | of_conditions)


def rule_sets_of(scorecard: Scorecard) -> list[str]:
    """Return the names, as editions list them, of the rule sets that a scorecard stands on, itself first."""
    markets = ["markets"] if scorecard.classes else []
    return [f"scorecard {scorecard.id}", *(f"credit policy {name}" for name in policies_of(scorecard)), *markets]


def number_of(number: ByClass, market_class: str | None) -> Decimal:
    """Return a number for a class; a number without classes holds for all."""
    return number[market_class or ""] if isinstance(number, dict) else number


def _all_series(scorecard: Scorecard) -> Iterator[Series]:
    for track_id, track in scorecard.tracks.items():
        for indicator_id, indicator in track.indicators.items():
            for option_id, option in indicator.options.items():
                yield from option_series(scorecard, track_id, indicator_id, option_id)
                if isinstance(option, People):
                    yield from (gate_series(gate.exam_rule) for gate in option.gates)
        if scorecard.classes:
            yield market_series(scorecard, track_id)
    yield from choice_series(scorecard)


def _option(scorecard: Scorecard, option: AnyOption, path: str, products: str) -> Iterator[Series]:
    policy = option.policy or scorecard.credit_policy
    scope = option.products or products

    def series(kind: SeriesKind, market_class: str | None = None) -> Series:
        suffix = f"@{market_class}" if market_class else ""
        return Series(f"{path}/{kind}{suffix}", kind, policy, scope, option, market_class=market_class)

    match option:
        case People() | PeopleGrowth():
            yield from _people(option, path)
        case Revenue():
            yield series(SeriesKind.REVENUE)
        case NetCustomerAdds():
            yield series(SeriesKind.ADDS)
            yield series(SeriesKind.LOSSES)
        case Growth():
            yield series(_growth_kind(option, scorecard.parameters.baseline_population))
        case NewDeployments():
            yield from (series(SeriesKind.CROSSINGS, market_class) for market_class in _classes(option.users))
        case Qualifying():
            yield from (series(SeriesKind.UNITS, market_class) for market_class in _limit_classes(option))
        case _:
            assert_never(option)


def _people(option: People | PeopleGrowth, path: str) -> Iterator[Series]:
    kind = SeriesKind.PEOPLE
    yield Series(f"{path}/{kind}", kind, option=option, exam_rule=option.exam_rule)
    if isinstance(option, PeopleGrowth):
        kind = SeriesKind.PEOPLE_THEN
        yield Series(f"{path}/{kind}", kind, option=option, exam_rule=option.exam_rule, day=option.baseline_on)


def _growth_kind(option: Growth, population: BaselinePopulation) -> SeriesKind:
    if option.of == "revenue":
        return SeriesKind.REVENUE
    return SeriesKind.LEVEL if population == "as_of" else SeriesKind.PORTFOLIO


def _limit_classes(option: Qualifying) -> list[str] | list[None]:
    numbers = [limit.minimum for condition in option.conditions for limit in condition.limits]
    classed = [number for number in numbers if isinstance(number, dict)]
    return _classes(classed[0]) if classed else [None]


def _classes(number: ByClass) -> list[str] | list[None]:
    return list(number) if isinstance(number, dict) else [None]
