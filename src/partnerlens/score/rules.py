"""The rules of one track as exact numbers, for partners of the same market classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from partnerlens.errors import UsageError, did_you_mean
from partnerlens.model.scorecard import (
    AnyOption,
    Band,
    ByClass,
    Indicator,
    People,
    PeopleGrowth,
    Rounding,
    Scorecard,
    Tier,
    Track,
)

OptionKey = tuple[str, str]
"""An option by its indicator and its own name."""


@dataclass(frozen=True, slots=True)
class OptionRule:
    """
    One option of an indicator.

    Attributes:
        key: its indicator and name.
        points: the rule that gives points.
        max: the most points it gives.
        threshold: the value that earns them; None for ``banded_growth``.
        step: the size of a step of ``step``.
        bands: baselines from which a growth is needed, rising; None where no growth earns points.
        minimum_baseline: the smallest baseline that can earn points; None for any.
        gates: exam rules, and how many people each needs before there are points.
        exam_rule: the rule whose people it counts; None for other kinds than people.
        cost: what one unit costs where the reader gives nothing else.
    """

    key: OptionKey
    points: Literal["linear", "step", "all_or_nothing", "banded_growth"]
    max: Fraction
    threshold: Fraction | None
    step: Fraction
    bands: tuple[tuple[Fraction, Fraction | None], ...]
    minimum_baseline: Fraction | None
    gates: tuple[tuple[str, int], ...]
    exam_rule: str | None
    cost: Fraction


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """One indicator: its options in the order of the page, and how their points make its own."""

    id: str
    title: str
    group: str
    unit: str
    max: Fraction
    combine: Literal["best", "sum"]
    market_class: str | None
    options: tuple[OptionRule, ...]


@dataclass(frozen=True, slots=True)
class TierRule:
    """
    What a tier needs; all of it together.

    Attributes:
        name: the tier.
        points: the score; None where it does not matter.
        every_indicator: whether every indicator needs more than 0 points.
        conditions: options and the value that each has to reach.
    """

    name: str
    points: Fraction | None
    every_indicator: bool
    conditions: tuple[tuple[OptionKey, Fraction], ...]


@dataclass(frozen=True, slots=True)
class TrackRules:
    """A track: its indicators in the order of the page, its tiers, best first, and the rounding of its points."""

    id: str
    title: str
    indicators: tuple[IndicatorRule, ...]
    tiers: tuple[TierRule, ...]
    rounding: Rounding


def track_rules(scorecard: Scorecard, track: str, classes: Mapping[str, str]) -> TrackRules:
    """
    Return the rules of a track for a partner of these market classes.

    Args:
        scorecard: the scorecard.
        track: the id of one of its tracks.
        classes: by ``located_by``, the class whose thresholds hold; empty for a scorecard without classes.

    Raises:
        UsageError: the scorecard has no such track.
    """
    if track not in scorecard.tracks:
        hint = did_you_mean(track, scorecard.tracks) or f"it has {', '.join(scorecard.tracks)}"
        raise UsageError(f"scorecard '{scorecard.id}' has no track '{track}'", hint)
    found = scorecard.tracks[track]
    return TrackRules(
        id=track,
        title=found.title,
        indicators=tuple(_indicator(name, found.indicators[name], classes) for name in found.indicators),
        tiers=tuple(_tier(tier, found, classes) for tier in scorecard.tiers_of(track)),
        rounding=scorecard.parameters.rounding,
    )


def _indicator(name: str, indicator: Indicator, classes: Mapping[str, str]) -> IndicatorRule:
    market_class = classes.get(indicator.located_by)
    most = Fraction(indicator.max)
    return IndicatorRule(
        id=name,
        title=indicator.title,
        group=indicator.group,
        unit=indicator.unit,
        max=most,
        combine=indicator.combine,
        market_class=market_class,
        options=tuple(_option((name, each), option, most, market_class) for each, option in indicator.options.items()),
    )


def _option(key: OptionKey, option: AnyOption, most: Fraction, market_class: str | None) -> OptionRule:
    return OptionRule(
        key=key,
        points=option.points,
        max=most,
        threshold=_of_class(option.threshold, market_class),
        step=Fraction(option.step),
        bands=tuple(
            (Fraction(band.baseline), None if band.growth is None else Fraction(band.growth))
            for band in _bands(option.bands, market_class)
        ),
        minimum_baseline=_of_class(option.minimum_baseline, market_class),
        gates=tuple((gate.exam_rule, gate.people) for gate in option.gates) if isinstance(option, People) else (),
        exam_rule=option.exam_rule if isinstance(option, People | PeopleGrowth) else None,
        cost=Fraction(option.cost),
    )


def _tier(tier: Tier, track: Track, classes: Mapping[str, str]) -> TierRule:
    return TierRule(
        name=tier.name,
        points=None if tier.points is None else Fraction(tier.points),
        every_indicator=tier.every_indicator,
        conditions=tuple(
            ((name, next(iter(track.indicators[name].options))), Fraction(_number(needed, track, name, classes)))
            for name, needed in tier.conditions.items()
        ),
    )


def _number(needed: ByClass, track: Track, indicator: str, classes: Mapping[str, str]) -> Decimal:
    return needed[classes[track.indicators[indicator].located_by]] if isinstance(needed, dict) else needed


def _of_class(number: ByClass | None, market_class: str | None) -> Fraction | None:
    if isinstance(number, dict):
        return Fraction(number[str(market_class)])
    return None if number is None else Fraction(number)


def _bands(bands: tuple[Band, ...] | dict[str, tuple[Band, ...]] | None, market_class: str | None) -> tuple[Band, ...]:
    if isinstance(bands, dict):
        return bands[str(market_class)]
    return bands or ()
