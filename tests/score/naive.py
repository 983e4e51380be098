"""A plain score and an exhaustive search for the cheapest units, from the words of the decisions alone."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from partnerlens.model.score import PartnerInputs
from partnerlens.model.scorecard import AnyOption, People, PeopleGrowth, Scorecard, Tier

Key = tuple[str, str]


@dataclass(frozen=True)
class Numbers:
    """The numbers of a partner that units change: numerators by option, and people by exam rule."""

    values: Mapping[Key, Fraction]
    people: Mapping[str, int]


def numbers_of(inputs: PartnerInputs) -> Numbers:
    """Return the numbers of the data month."""
    return Numbers(
        {key: measured[0].numerator for key, measured in inputs.measures.items()},
        {rule: counts[0] for rule, counts in inputs.gates.items()},
    )


def value_of(inputs: PartnerInputs, numbers: Numbers, key: Key) -> Fraction | None:
    """Return the value of an option, with a ratio's denominator."""
    base = inputs.measures[key][0].denominator
    if base is None:
        return numbers.values[key]
    return numbers.values[key] / base if base > 0 else None


def of_class(number, name):
    """Return a number, or the one of a class."""
    return Fraction(number[name] if isinstance(number, dict) else number)


def option_points(option: AnyOption, most: Fraction, value, baseline, class_name) -> Fraction:
    """Return the points of an option, its gates apart."""
    if value is None:
        return Fraction(0)
    least = option.minimum_baseline
    if least is not None and baseline is not None and baseline < of_class(least, class_name):
        return Fraction(0)
    if option.points == "banded_growth":
        bands = option.bands[class_name] if isinstance(option.bands, dict) else option.bands
        fitting = [band for band in bands if baseline is not None and Fraction(band.baseline) <= baseline]
        if not fitting or fitting[-1].growth is None:
            return Fraction(0)
        return most if value >= Fraction(fitting[-1].growth) else Fraction(0)
    threshold = of_class(option.threshold, class_name)
    if option.points == "all_or_nothing":
        return most if value >= threshold else Fraction(0)
    if option.points == "step":
        step = Fraction(option.step)
        value = floor(value / step) * step
    return most * max(Fraction(0), min(Fraction(1), value / threshold))


def indicator_points(card: Scorecard, track: str, inputs: PartnerInputs, numbers: Numbers) -> dict[str, Fraction]:
    """Return the points of every indicator."""
    return {name: points_of(card, track, inputs, numbers, name=name) for name in card.tracks[track].indicators}


def points_of(card: Scorecard, track: str, inputs: PartnerInputs, numbers: Numbers, *, name: str) -> Fraction:
    """Return the points of one indicator."""
    indicator = card.tracks[track].indicators[name]
    class_name = inputs.classes.get(indicator.located_by)
    each = []
    for option_name, option in indicator.options.items():
        key = (name, option_name)
        gates = option.gates if isinstance(option, People) else ()
        if any(numbers.people[gate.exam_rule] < gate.people for gate in gates):
            each.append(Fraction(0))
            continue
        baseline = inputs.measures[key][0].baseline
        value = value_of(inputs, numbers, key)
        each.append(option_points(option, Fraction(indicator.max), value, baseline, class_name))
    earned = max(each) if indicator.combine == "best" else min(Fraction(indicator.max), sum(each))
    return Fraction(floor(earned)) if card.parameters.rounding == "floor_metric_points" else earned


def reaches(card: Scorecard, track: str, inputs: PartnerInputs, numbers: Numbers, tier: Tier) -> bool:
    """Return whether a tier's words hold."""
    points = indicator_points(card, track, inputs, numbers)
    return holds(card, track, inputs, numbers, tier=tier, points=points)


def holds(card: Scorecard, track: str, inputs: PartnerInputs, numbers: Numbers, *, tier: Tier, points) -> bool:
    """Return whether a tier's words hold with these points of the indicators."""
    total = sum(points.values())
    if card.parameters.rounding == "round_half_up_total":
        total = Fraction(floor(total + Fraction(1, 2)))
    if tier.points is not None and total < Fraction(tier.points):
        return False
    if tier.every_indicator and min(points.values()) <= 0:
        return False
    for name, needed in tier.conditions.items():
        indicator = card.tracks[track].indicators[name]
        value = value_of(inputs, numbers, (name, next(iter(indicator.options))))
        if value is None or value < of_class(needed, inputs.classes.get(indicator.located_by)):
            return False
    return True


def best_tier(card: Scorecard, track: str, inputs: PartnerInputs, numbers: Numbers) -> int:
    """Return the place of the best tier that is reached; the number of tiers for none."""
    tiers = card.tiers_of(track)
    return next((place for place, tier in enumerate(tiers) if reaches(card, track, inputs, numbers, tier)), len(tiers))


def kinds_of_units(card: Scorecard, track: str) -> dict[object, tuple[list[Key], str | None, Fraction]]:
    """Return by name what each unit raises: options, the exam rule whose people it adds to, and its cost."""
    units: dict[object, tuple[list[Key], str | None, Fraction]] = {}
    options = [
        ((name, each), option)
        for name, indicator in card.tracks[track].indicators.items()
        for each, option in indicator.options.items()
    ]
    for key, option in options:
        if isinstance(option, People | PeopleGrowth):
            units.setdefault(option.exam_rule, ([], option.exam_rule, Fraction(option.cost)))[0].append(key)
        else:
            units[key] = ([key], None, Fraction(option.cost))
    for _, option in options:
        for gate in option.gates if isinstance(option, People) else ():
            units.setdefault(gate.exam_rule, ([], gate.exam_rule, Fraction(option.cost)))
    return units


def raised(numbers: Numbers, units: tuple[list[Key], str | None, Fraction], count: int) -> Numbers:
    """Return the numbers with units added."""
    keys, rule, _ = units
    values = {key: value + (count if key in keys else 0) for key, value in numbers.values.items()}
    people = {name: number + (count if name == rule else 0) for name, number in numbers.people.items()}
    return Numbers(values, people)


def with_all(card: Scorecard, track: str, inputs: PartnerInputs, count: int) -> Numbers:
    """Return the numbers with so many units of every kind added."""
    numbers = numbers_of(inputs)
    for units in kinds_of_units(card, track).values():
        numbers = raised(numbers, units, count)
    return numbers


def useful_units(card: Scorecard, track: str, inputs: PartnerInputs, tier: Tier, enough: int) -> dict[object, int]:
    """Return for each kind of unit from which number on more change nothing; ``enough`` is surely that many."""
    kinds = kinds_of_units(card, track)
    return {
        name: max(
            count
            for count in range(enough + 1)
            if count == 0 or _signs(card, track, inputs, kinds[name], tier=tier, count=count - 1) != last
        )
        for name in kinds
        for last in [_signs(card, track, inputs, kinds[name], tier=tier, count=enough)]
    }


def _signs(card: Scorecard, track: str, inputs: PartnerInputs, units, *, tier: Tier, count: int) -> list[object]:
    """Return all that units of one kind can change: points of options, open gates, conditions that are met."""
    numbers = raised(numbers_of(inputs), units, count)
    found: list[object] = []
    for name, indicator in card.tracks[track].indicators.items():
        class_name = inputs.classes.get(indicator.located_by)
        for place, (option_name, option) in enumerate(indicator.options.items()):
            key = (name, option_name)
            value = value_of(inputs, numbers, key)
            most = Fraction(indicator.max)
            found.append(option_points(option, most, value, inputs.measures[key][0].baseline, class_name))
            gates = option.gates if isinstance(option, People) else ()
            found.extend(numbers.people[gate.exam_rule] >= gate.people for gate in gates)
            if place == 0 and name in tier.conditions and value is not None:
                found.append(value >= of_class(tier.conditions[name], class_name))
    return found


def cheapest(
    card: Scorecard,
    track: str,
    inputs: PartnerInputs,
    tier: Tier,
    *,
    costs: Mapping[object, Fraction],
    most: Mapping[object, int],
) -> tuple[Fraction, int, Fraction] | None:
    """
    Return cost, number and total points of the cheapest units that reach a tier, of equal ones with most points.

    Sets of units are tried in the order of their cost and number.

    ``costs`` are by the name of a kind of unit; more than ``most`` of its units are not tried.
    """
    kinds = kinds_of_units(card, track)
    names = list(kinds)
    matters = {name: _matters(card, track, kinds, name=name) for name in card.tracks[track].indicators}
    known: dict[tuple[str, tuple[int, ...]], Fraction] = {}
    waiting: list[tuple[Fraction, int, tuple[int, ...]]] = [(Fraction(0), 0, (0,) * len(names))]
    seen = {waiting[0][2]}
    best: tuple[Fraction, int, Fraction] | None = None
    while waiting:
        cost, count, chosen = heapq.heappop(waiting)
        if best and (cost, count) > best[:2]:
            return best
        numbers = numbers_of(inputs)
        for name, number in zip(names, chosen, strict=True):
            numbers = raised(numbers, kinds[name], number) if number else numbers
        points = {}
        for name, places in matters.items():
            key = (name, tuple(chosen[place] for place in places))
            if key not in known:
                known[key] = points_of(card, track, inputs, numbers, name=name)
            points[name] = known[key]
        if holds(card, track, inputs, numbers, tier=tier, points=points):
            total = sum(points.values())
            best = (cost, count, max(total, best[2]) if best else total)
        for place, name in enumerate(names):
            more = (*chosen[:place], chosen[place] + 1, *chosen[place + 1 :])
            if more[place] <= most[name] and more not in seen:
                seen.add(more)
                heapq.heappush(waiting, (cost + costs[name], count + 1, more))
    return best


def _matters(card: Scorecard, track: str, kinds, *, name: str) -> list[int]:
    """Return the places of the kinds of units that an indicator's points depend on."""
    options = card.tracks[track].indicators[name].options.values()
    gates = {gate.exam_rule for option in options if isinstance(option, People) for gate in option.gates}
    return [
        place
        for place, (keys, rule, _) in enumerate(kinds.values())
        if rule in gates or any(key[0] == name for key in keys)
    ]
