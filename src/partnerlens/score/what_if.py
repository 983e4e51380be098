"""What if: a partner's measures with other values or more units."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from partnerlens.errors import UsageError, did_you_mean
from partnerlens.model.score import PartnerInputs
from partnerlens.score.actions import Action, gate_rules, indicator_of, raised, track_actions, with_units
from partnerlens.score.rules import OptionKey, TrackRules


def with_values(rules: TrackRules, inputs: PartnerInputs, values: Mapping[str, Fraction]) -> PartnerInputs:
    """
    Return the inputs with other values of indicators: of their first option, or of ``indicator.option``.

    The months ahead change by the same number of units. Nothing else follows: a value that counts the same people
    in another indicator stays as it is; use ``with_added`` to add people.

    Args:
        rules: the track.
        inputs: the partner's measures.
        values: the new values by indicator; a growth as a ratio (0.35 is 35 %).

    Raises:
        UsageError: there is no such indicator, or its growth has no baseline.
    """
    measures = dict(inputs.measures)
    for name, value in values.items():
        key = _option(rules, name)
        now = measures[key][0]
        if now.value is None:
            raise UsageError(f"'{name}' has no value to change: there is no baseline to grow from")
        base = Fraction(1) if now.denominator is None else now.denominator
        measures[key] = raised(measures[key], Fraction(value) * base - now.numerator)
    return replace(inputs, measures=measures)


def with_added(rules: TrackRules, inputs: PartnerInputs, units: Mapping[str, int]) -> PartnerInputs:
    """
    Return the inputs with units added, in the data month and in all months ahead.

    People are added to every measure that counts the same exam rule, and to its gates.

    Args:
        rules: the track.
        inputs: the partner's measures.
        units: how many units, by indicator (its first option), ``indicator.option``, or exam rule of a gate; below 0
            to take some away.

    Raises:
        UsageError: there is no such indicator or gate.
    """
    actions = track_actions(rules)
    gates = gate_rules(rules)
    for name, count in units.items():
        inputs = with_units(inputs, _action(rules, actions, gates, name=name), count)
    return inputs


def _action(rules: TrackRules, actions: list[Action], gates: list[str], *, name: str) -> Action:
    if name in gates and all(name != indicator.id for indicator in rules.indicators):
        return next(action for action in actions if action.exam_rule == name)
    key = _option(rules, name, also=gates)
    return next(action for action in actions if key in action.options)


def _option(rules: TrackRules, name: str, also: list[str] | None = None) -> OptionKey:
    keys = [option.key for indicator in rules.indicators for option in indicator.options]
    for key in keys:
        if name in {key[0], f"{key[0]}.{key[1]}"}:
            return key
    known = [indicator.id for indicator in rules.indicators] + (also or [])
    longer = [f"{key[0]}.{key[1]}" for key in keys if len(indicator_of(rules, key).options) > 1]
    hint = did_you_mean(name, [*known, *longer]) or f"track '{rules.id}' has {', '.join(known)}"
    raise UsageError(f"there is no indicator '{name}'", hint)
