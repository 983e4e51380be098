"""Actions: what one unit is, which measures it raises, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from partnerlens.errors import UsageError, did_you_mean
from partnerlens.model.score import Measured, PartnerInputs
from partnerlens.score.rules import IndicatorRule, OptionKey, OptionRule, TrackRules


@dataclass(frozen=True, slots=True)
class Action:
    """
    One whole unit of something.

    A person who satisfies an exam rule raises every option that counts the rule, and helps to open every gate that
    asks for it. Every option of another kind is an action of its own.

    Attributes:
        exam_rule: the rule that the person satisfies; None for other units.
        options: the options that the unit raises, in the order of the page.
        gated: the options behind gates of the rule, and how many people each gate needs.
        cost: what a unit costs.
    """

    exam_rule: str | None
    options: tuple[OptionKey, ...]
    gated: tuple[tuple[OptionKey, int], ...]
    cost: Fraction

    @property
    def first(self) -> OptionKey:
        """The first option that it raises, or else the first that it opens the gate of."""
        return self.options[0] if self.options else self.gated[0][0]


def track_actions(rules: TrackRules, costs: Mapping[str, Fraction] | None = None) -> list[Action]:
    """
    Return the actions of a track in the order of the page, those that only open a gate before what it closes.

    Args:
        rules: the track.
        costs: what a unit of an indicator, or a person of a gate's exam rule, costs the reader; None for what the
            scorecard says.

    Raises:
        UsageError: a cost is for something unknown, or not above 0.
    """
    costs = costs or {}
    _check_costs(rules, costs)
    options = [option for indicator in rules.indicators for option in indicator.options]
    actions: list[Action] = []
    seen: set[str] = set()
    for option in options:
        for name in [*(name for name, _ in option.gates), option.exam_rule]:
            if name is not None and name not in seen:
                seen.add(name)
                actions.append(_people_action(name, options, costs))
        if option.exam_rule is None:
            cost = costs.get(option.key[0], option.cost)
            actions.append(Action(None, (option.key,), (), Fraction(cost)))
    return actions


def gate_rules(rules: TrackRules) -> list[str]:
    """Return the exam rules that gates of a track ask for."""
    gates = [name for indicator in rules.indicators for option in indicator.options for name, _ in option.gates]
    return list(dict.fromkeys(gates))


def with_units(inputs: PartnerInputs, action: Action, units: int) -> PartnerInputs:
    """Return the inputs with units of an action added in the data month and in all months ahead."""
    measures = dict(inputs.measures)
    for key in action.options:
        measures[key] = raised(measures[key], Fraction(units))
    gates = dict(inputs.gates)
    if action.exam_rule in gates:
        gates[action.exam_rule] = tuple(max(0, count + units) for count in gates[action.exam_rule])
    return replace(inputs, measures=measures, gates=gates)


def raised(measured: tuple[Measured, ...], by: Fraction) -> tuple[Measured, ...]:
    """Return measures with a number added to each numerator."""
    return tuple(replace(each, numerator=each.numerator + by) for each in measured)


def indicator_of(rules: TrackRules, key: OptionKey) -> IndicatorRule:
    """Return the indicator that an option belongs to."""
    return next(indicator for indicator in rules.indicators if indicator.id == key[0])


def _people_action(name: str, options: list[OptionRule], costs: Mapping[str, Fraction]) -> Action:
    counting = [option for option in options if option.exam_rule == name]
    gated = [(option.key, needed) for option in options for gate, needed in option.gates if gate == name]
    first = counting[0] if counting else next(option for option in options if option.key == gated[0][0])
    named = [*(option.key[0] for option in counting), *([name] if gated else [])]
    cost = next((costs[each] for each in named if each in costs), first.cost)
    return Action(name, tuple(option.key for option in counting), tuple(gated), Fraction(cost))


def _check_costs(rules: TrackRules, costs: Mapping[str, Fraction]) -> None:
    known = [*(indicator.id for indicator in rules.indicators), *gate_rules(rules)]
    for name, cost in costs.items():
        if name not in known:
            hint = did_you_mean(name, known) or f"costs are for {', '.join(known)}"
            raise UsageError(f"there is no indicator or gate '{name}' that could have a cost", hint)
        if cost <= 0:
            raise UsageError(f"the cost of '{name}' is '{cost}'", "give a number above 0")
