"""Points: what the value of a measure earns (decisions.md 4)."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from partnerlens.model.score import Measured, PartnerInputs
from partnerlens.model.scorecard import Rounding
from partnerlens.score.rules import IndicatorRule, OptionRule, TrackRules

ZERO = Fraction(0)

BASELINE_TOO_LOW = "baseline_too_low"
NO_THRESHOLD = "no_threshold"
GATE_NOT_MET = "gate_not_met"
BELOW_ALL_OR_NOTHING = "below_all_or_nothing"


class Earned(NamedTuple):
    """
    What an indicator earns.

    Attributes:
        points: exact; whole with the rounding ``floor_metric_points``.
        option: the place of the option that counted.
        reason: why it earns nothing or less than its value says; None otherwise.
    """

    points: Fraction
    option: int
    reason: str | None


def track_points(rules: TrackRules, inputs: PartnerInputs, ahead: int = 0) -> list[Earned]:
    """
    Return what each indicator of a track earns.

    Args:
        rules: the track.
        inputs: the partner's measures.
        ahead: how many months after the data month, if nothing is added.
    """
    people = {rule: counts[ahead] for rule, counts in inputs.gates.items()}
    return [
        indicator_points(
            indicator, [inputs.measures[option.key][ahead] for option in indicator.options], people, rules.rounding
        )
        for indicator in rules.indicators
    ]


def indicator_points(
    rule: IndicatorRule, measured: list[Measured], people: Mapping[str, int], rounding: Rounding
) -> Earned:
    """
    Return what an indicator earns: its best option, or the sum of all up to its maximum.

    Args:
        rule: the indicator.
        measured: the measures of its options, in their order.
        people: by exam rule, the people who satisfy it, for gates.
        rounding: with ``floor_metric_points`` only whole points count.
    """
    points, reason = option_points(rule.options[0], measured[0], people)
    best = 0
    if len(rule.options) > 1:
        earned = [option_points(option, value, people) for option, value in zip(rule.options, measured, strict=True)]
        best = max(range(len(earned)), key=lambda place: earned[place][0])
        points, reason = earned[best]
        if rule.combine == "sum":
            points = min(rule.max, sum((each for each, _ in earned), ZERO))
    if rounding == "floor_metric_points":
        points = Fraction(points // 1)
    return Earned(points, best, reason)


def option_points(rule: OptionRule, measured: Measured, people: Mapping[str, int]) -> tuple[Fraction, str | None]:
    """
    Return the points of an option, and why there are none or fewer than the value says.

    Source: domain.md 1.2, "points_i = max_i * clamp(value_i / threshold_i, 0, 1)"; readings of the other rules in
    decisions.md 4.
    """
    if rule.gates and any(people[exam_rule] < needed for exam_rule, needed in rule.gates):
        return ZERO, GATE_NOT_MET
    needed, reason = goal_of(rule, measured)
    if needed is None:
        return ZERO, reason
    if rule.points == "step":
        return _step_points(rule, measured, needed), None
    value, unit = measured.numerator.as_integer_ratio()
    if measured.denominator is not None:
        base, part = measured.denominator.as_integer_ratio()
        value, unit = value * part, unit * base
    goal, share = needed.as_integer_ratio()
    if value * share >= goal * unit:
        return rule.max, None
    if rule.points != "linear":
        return ZERO, BELOW_ALL_OR_NOTHING
    most, piece = rule.max.as_integer_ratio()
    return Fraction(most * max(value, 0) * share, piece * unit * goal), None


def goal_of(rule: OptionRule, measured: Measured) -> tuple[Fraction | None, str | None]:
    """Return the value that earns all points of an option, gates apart; where no value does: None, and why."""
    if measured.denominator is not None and measured.denominator <= 0:
        return None, BASELINE_TOO_LOW
    baseline = measured.baseline
    if rule.minimum_baseline is not None and baseline is not None and baseline < rule.minimum_baseline:
        return None, BASELINE_TOO_LOW
    if rule.points == "banded_growth" and (baseline is None or not rule.bands or baseline < rule.bands[0][0]):
        return None, BASELINE_TOO_LOW
    needed = threshold_of(rule, measured)
    return needed, NO_THRESHOLD if needed is None else None


def threshold_of(rule: OptionRule, measured: Measured) -> Fraction | None:
    """Return the threshold of an option, for ``banded_growth`` the growth of its band; None where there is none."""
    if rule.points != "banded_growth":
        return rule.threshold
    if measured.baseline is None:
        return None
    needed = None
    for baseline, growth in rule.bands:
        if baseline <= measured.baseline:
            needed = growth
    return needed


def next_unit_points(rule: IndicatorRule, inputs: PartnerInputs, rounding: Rounding) -> Fraction:
    """
    Return the points that one more unit of an indicator adds in the data month: of the option where it adds most.

    Everything else stays as it is, so a unit behind a closed gate adds nothing.
    """
    people = {name: counts[0] for name, counts in inputs.gates.items()}
    measured = [inputs.measures[option.key][0] for option in rule.options]
    now = indicator_points(rule, measured, people, rounding).points
    most = ZERO
    for place, value in enumerate(measured):
        raised = [*measured[:place], replace(value, numerator=value.numerator + 1), *measured[place + 1 :]]
        most = max(most, indicator_points(rule, raised, people, rounding).points - now)
    return most


def _step_points(rule: OptionRule, measured: Measured, threshold: Fraction) -> Fraction:
    whole = (measured.value or ZERO) // rule.step * rule.step
    return rule.max * min(max(whole / threshold, ZERO), Fraction(1))
