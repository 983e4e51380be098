"""What a scorecard makes of measures: points, total, tier, and what one more unit would add. No facts here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor

from oracle.scorecards import Card, Table, exact, for_class

BASELINE_TOO_LOW = "baseline_too_low"
BELOW_ALL_OR_NOTHING = "below_all_or_nothing"
GATE_NOT_MET = "gate_not_met"
NO_THRESHOLD = "no_threshold"

Measured = tuple[Fraction, Fraction | None, Fraction | None]
"""Numerator, denominator (None for sums, counts and differences) and baseline (None where nothing grows)."""


@dataclass(frozen=True)
class Inputs:
    """What a score needs to know: measures by indicator and option, people by exam rule, classes by place."""

    measures: Mapping[tuple[str, str], Measured]
    gates: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One indicator's points as they count, with the option that counted."""

    option: str
    value: Fraction | None
    measured: Measured
    threshold: Fraction | None
    market_class: str | None
    points: Fraction
    reason: str | None


def value_of(measured: Measured) -> Fraction | None:
    """Return the value of a measure; None for a ratio whose denominator is 0."""
    numerator, denominator, _ = measured
    if denominator is None:
        return numerator
    return numerator / denominator if denominator else None


def lines(card: Card, inputs: Inputs) -> dict[str, Line]:
    """Return the line of each indicator of the track."""
    return {name: line(card, name, inputs) for name in card.indicators}


def line(card: Card, name: str, inputs: Inputs) -> Line:
    """Return one indicator's line: the best of its options, or their sum up to the maximum."""
    indicator = card.indicators[name]
    most = exact(indicator["max"])
    best: Line | None = None
    total = Fraction(0)
    for option_name in indicator["options"]:
        each = _line_of_option(card, name, option_name, inputs)
        total += each.points
        if best is None or each.points > best.points:
            best = each
    assert best is not None
    points = min(most, total) if indicator.get("combine", "best") == "sum" else best.points
    if card.parameter("rounding") == "floor_metric_points":
        points = Fraction(floor(points))
    return replace(best, points=points)


def _line_of_option(card: Card, name: str, option_name: str, inputs: Inputs) -> Line:
    indicator = card.indicators[name]
    option = indicator["options"][option_name]
    measured = inputs.measures[name, option_name]
    market_class = inputs.classes.get(indicator.get("located_by", "customer"))
    points, reason = points_of(option, exact(indicator["max"]), measured, market_class, inputs.gates)
    return Line(
        option=option_name,
        value=value_of(measured),
        measured=measured,
        threshold=threshold_of(option, measured, market_class),
        market_class=market_class,
        points=points,
        reason=reason,
    )


def points_of(
    option: Table, most: Fraction, measured: Measured, market_class: str | None, gates: Mapping[str, int]
) -> tuple[Fraction, str | None]:
    """Return the points of one option, exact, and why they are 0 or fewer than the value says."""
    value, baseline = value_of(measured), measured[2]
    if any(gates[gate["exam_rule"]] < gate["people"] for gate in option.get("gates", ())):
        return Fraction(0), GATE_NOT_MET
    least = for_class(option.get("minimum_baseline"), market_class)
    if value is None or (least is not None and baseline is not None and baseline < least):
        return Fraction(0), BASELINE_TOO_LOW
    rule = option.get("points", "linear")
    if rule == "banded_growth" and _band(option, measured, market_class) is None:
        return Fraction(0), BASELINE_TOO_LOW
    threshold = threshold_of(option, measured, market_class)
    if threshold is None:
        return Fraction(0), NO_THRESHOLD
    if rule in ("all_or_nothing", "banded_growth"):
        return (most, None) if value >= threshold else (Fraction(0), BELOW_ALL_OR_NOTHING)
    if rule == "step":
        step = exact(option.get("step", 1))
        value = floor(value / step) * step
    elif rule != "linear":
        raise ValueError(f"points '{rule}' is not known")
    return most * max(Fraction(0), min(Fraction(1), value / threshold)), None


def threshold_of(option: Table, measured: Measured, market_class: str | None) -> Fraction | None:
    """Return the value that earns all points; None where no value does."""
    if option.get("points") != "banded_growth":
        return for_class(option["threshold"], market_class)
    band = _band(option, measured, market_class)
    return None if band is None else for_class(band.get("growth"), None)


def _band(option: Table, measured: Measured, market_class: str | None) -> Table | None:
    """Return the last band whose baseline is not above that of the measure."""
    bands = option["bands"][market_class] if isinstance(option["bands"], Mapping) else option["bands"]
    baseline = measured[2]
    assert baseline is not None
    reached = [band for band in bands if exact(band["baseline"]) <= baseline]
    return max(reached, key=lambda band: exact(band["baseline"])) if reached else None


def next_unit_points(card: Card, name: str, inputs: Inputs) -> Fraction:
    """Return the most points that one more unit of one of the indicator's options adds."""
    before = line(card, name, inputs).points
    gains = [
        line(card, name, one_more(inputs, name, option, 1)).points - before
        for option in card.indicators[name]["options"]
    ]
    return max(gains)


def one_more(inputs: Inputs, name: str, option: str, units: int) -> Inputs:
    """Return the inputs with some more units in the numerator of one option."""
    numerator, denominator, baseline = inputs.measures[name, option]
    changed = {(name, option): (numerator + units, denominator, baseline)}
    return replace(inputs, measures={**inputs.measures, **changed})


def total_of(found: Mapping[str, Line]) -> Fraction:
    """Return the exact sum of the points."""
    return sum((each.points for each in found.values()), Fraction(0))


def tier_of(card: Card, found: Mapping[str, Line], inputs: Inputs, total: Fraction | None = None) -> str | None:
    """Return the best tier that is reached; with a total, as if it were the score."""
    score = compared(card, total_of(found)) if total is None else total
    for tier in card.tiers:
        if reaches(card, tier, score, {name: each.points for name, each in found.items()}, inputs):
            return str(tier["name"])
    return None


def compared(card: Card, total: Fraction) -> Fraction:
    """Return the total that is held against the tiers."""
    return half_up(total) if card.parameter("rounding") == "round_half_up_total" else total


def half_up(number: Fraction) -> Fraction:
    """Return a number that is not negative, rounded half up to a whole one."""
    return Fraction(floor(number + Fraction(1, 2)))


def reaches(card: Card, tier: Table, score: Fraction, points: Mapping[str, Fraction], inputs: Inputs) -> bool:
    """Say whether a tier is reached: its points, more than 0 in every indicator, and its conditions."""
    if tier.get("points") is not None and score < exact(tier["points"]):
        return False
    if tier.get("every_indicator", False) and any(each <= 0 for each in points.values()):
        return False
    for name, number in tier.get("conditions", {}).items():
        indicator = card.indicators[name]
        value = value_of(inputs.measures[name, next(iter(indicator["options"]))])
        needed = for_class(number, inputs.classes.get(indicator.get("located_by", "customer")))
        assert needed is not None
        if value is None or value < needed:
            return False
    return True


def rounds_to(card: Card, found: Mapping[str, Line], inputs: Inputs) -> str | None:
    """Return the tier that a total rounded half up to whole points would show, where it is another one."""
    shown = tier_of(card, found, inputs, half_up(total_of(found)))
    return None if shown == tier_of(card, found, inputs) else shown


def rank(card: Card, tier: str | None) -> int:
    """Return the place of a tier, 0 for the best; no tier comes last."""
    names = [each["name"] for each in card.tiers]
    return len(names) if tier is None else names.index(tier)
