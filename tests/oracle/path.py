"""The cheapest whole units to the next tier, by trying them all where there are few enough."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil, prod
from typing import Any

from oracle.scorecards import Card, Markets, Policies, Table, exact, for_class
from oracle.scores import inputs_of
from oracle.scoring import Inputs, compared, line, lines, rank, reaches, threshold_of, tier_of, value_of
from oracle.world import World

Action = tuple[str, ...]
"""What a unit is: `(exam rule,)` for one more person, else `(indicator, option)`."""


@dataclass(frozen=True)
class CheapestPath:
    """
    The cheapest way to a tier.

    Attributes:
        tier: the next better tier; None at the best.
        cost: of the cheapest set of units; None at the best tier, or when no units reach the next.
        units: how many units the cheapest set has; the fewest of the sets that cost the same.
        steps: one such set, units by action; another may cost the same and have as many.
    """

    tier: str | None
    cost: Fraction | None
    units: int | None
    steps: dict[Action, int]


def path_cost(
    world: World,
    partner_id: str,
    month: str,
    scorecard: Table,
    track: str,
    *,
    costs: Mapping[str, Any] | None = None,
    markets: Markets | None = None,
    policies: Policies | None = None,
    limit: int = 200_000,
) -> CheapestPath | None:
    """
    Return the cheapest way to the next better tier; None when there are more than `limit` sets to try.

    Args:
        world: the facts.
        partner_id: an account or a location.
        month: the data month.
        scorecard: the document.
        track: one of its tracks.
        costs: what a unit costs the reader, by indicator or by exam rule of a gate.
        markets: the countries of each market list.
        policies: documents of further credit policies, by id.
        limit: of the number of sets, the thing with most units left out: its units follow from the others.
    """
    card = Card(scorecard, track, markets or {}, policies or {})
    inputs = inputs_of(world, partner_id, month, scorecard, track, markets=markets, policies=policies)
    return cheapest_path(card, inputs, costs or {}, limit)


def cheapest_path(card: Card, inputs: Inputs, costs: Mapping[str, Any], limit: int = 200_000) -> CheapestPath | None:
    """Return the cheapest way from the inputs to the next better tier; see `path_cost`."""
    place = rank(card, tier_of(card, lines(card, inputs), inputs))
    if place == 0:
        return CheapestPath(None, None, None, {})
    target = card.tiers[place - 1]
    out_of_reach = CheapestPath(str(target["name"]), None, None, {})
    most = {action: _most_units(card, action, inputs, target) for action in _actions(card)}
    useful = sorted((action for action in most if most[action]), key=lambda action: most[action])
    if not useful:
        return out_of_reach
    *others, longest = useful
    if prod(most[action] + 1 for action in others) > limit:
        return None
    price = {action: _cost(card, action, costs) for action in useful}
    is_enough = _tester(card, inputs, target)
    best: CheapestPath | None = None
    for cost, steps in _sets(others, most, price):
        if best is not None and best.cost is not None and cost > best.cost:
            break
        more = _fewest(is_enough, steps, longest, most[longest])
        if more is not None:
            whole = {**steps, longest: more}
            found = CheapestPath(out_of_reach.tier, cost + price[longest] * more, sum(whole.values()), whole)
            best = found if best is None else min(best, found, key=lambda path: (path.cost, path.units))
    return best or out_of_reach


def _sets(
    actions: list[Action], most: Mapping[Action, int], price: Mapping[Action, Fraction]
) -> list[tuple[Fraction, dict[Action, int]]]:
    """Return every set of units of the actions with its cost, the cheapest first."""
    sets = []
    for counts in product(*(range(most[action] + 1) for action in actions)):
        steps = dict(zip(actions, counts, strict=True))
        sets.append((sum((price[action] * count for action, count in steps.items()), Fraction(0)), steps))
    return sorted(sets, key=lambda each: each[0])


def _fewest(
    is_enough: Callable[[Mapping[Action, int]], bool], steps: Mapping[Action, int], action: Action, most: int
) -> int | None:
    """Return the fewest units of one more action that are enough; more units never take points away."""
    if not is_enough({**steps, action: most}):
        return None
    few, many = -1, most
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if is_enough({**steps, action: middle}) else (middle, many)
    return many


def _tester(card: Card, inputs: Inputs, target: Table) -> Callable[[Mapping[Action, int]], bool]:
    """Return a function that says whether units are enough for the tier; it works out each indicator once."""
    needed_by = {name: _actions_of(card, name) for name in card.indicators}

    @cache
    def points(name: str, counts: tuple[int, ...]) -> Fraction:
        return line(card, name, with_units(card, inputs, dict(zip(needed_by[name], counts, strict=True)))).points

    def is_enough(steps: Mapping[Action, int]) -> bool:
        each = {
            name: points(name, tuple(steps.get(action, 0) for action in actions)) for name, actions in needed_by.items()
        }
        score = compared(card, sum(each.values(), Fraction(0)))
        if target.get("points") is not None and score < exact(target["points"]):
            return False
        return reaches(card, target, score, each, with_units(card, inputs, steps))

    return is_enough


def with_units(card: Card, inputs: Inputs, steps: Mapping[Action, int]) -> Inputs:
    """Return the inputs with units added: one person more counts in every option and gate of the exam rule."""
    measures = {}
    for (name, option), (numerator, denominator, baseline) in inputs.measures.items():
        added = steps.get(_action_of(card, name, option), 0)
        measures[name, option] = (numerator + added, denominator, baseline)
    gates = {rule: people + steps.get((rule,), 0) for rule, people in inputs.gates.items()}
    return replace(inputs, measures=measures, gates=gates)


def _actions(card: Card) -> list[Action]:
    """Return all actions in the order of the page, each once."""
    return list(dict.fromkeys(action for name in card.indicators for action in _actions_of(card, name)))


def _actions_of(card: Card, name: str) -> list[Action]:
    """Return the actions that can change an indicator: of its options, and of their gates."""
    options = card.indicators[name]["options"]
    own = [_action_of(card, name, option) for option in options]
    gates: list[Action] = [(gate["exam_rule"],) for option in options.values() for gate in option.get("gates", ())]
    return list(dict.fromkeys(own + gates))


def _action_of(card: Card, name: str, option: str) -> Action:
    table = card.indicators[name]["options"][option]
    return (table["exam_rule"],) if table["kind"] in ("people", "people_growth") else (name, option)


def _cost(card: Card, action: Action, costs: Mapping[str, Any]) -> Fraction:
    """Return what one unit costs: the reader's cost, else that of the first option in the order of the page."""
    counted: list[tuple[str, Table]] = []
    gated: list[tuple[str, Table]] = []
    for name, indicator in card.indicators.items():
        for option, table in indicator["options"].items():
            if _action_of(card, name, option) == action:
                counted.append((name, table))
            if action in [(gate["exam_rule"],) for gate in table.get("gates", ())]:
                gated.append((name, table))
    for name, _ in counted:
        if name in costs:
            return exact(costs[name])
    if len(action) == 1 and action[0] in costs:
        return exact(costs[action[0]])
    _, table = (counted or gated)[0]
    return exact(table.get("cost", 1))


def _most_units(card: Card, action: Action, inputs: Inputs, target: Table) -> int:
    """Return the number of units from which on more of them change nothing."""
    most = 0
    by_points = target.get("points") is not None or target.get("every_indicator", False)
    for name, indicator in card.indicators.items():
        market_class = inputs.classes.get(indicator.get("located_by", "customer"))
        for place, (option, table) in enumerate(indicator["options"].items()):
            for gate in table.get("gates", ()):
                if by_points and action == (gate["exam_rule"],):
                    most = max(most, gate["people"] - inputs.gates[gate["exam_rule"]])
            if _action_of(card, name, option) != action:
                continue
            wanted = []
            if by_points and _can_earn(card, name, option, inputs):
                wanted.append(_value_at_the_cap(table, inputs, (name, option), market_class))
            if place == 0 and name in target.get("conditions", {}):
                wanted.append(for_class(target["conditions"][name], market_class))
            for value in wanted:
                most = max(most, _units_to(inputs, (name, option), value))
    return most


def _can_earn(card: Card, name: str, option: str, inputs: Inputs) -> bool:
    """Say whether units of an option may add points: the indicator has not all, and the baseline is not too low."""
    indicator = card.indicators[name]
    market_class = inputs.classes.get(indicator.get("located_by", "customer"))
    least = for_class(indicator["options"][option].get("minimum_baseline"), market_class)
    baseline = inputs.measures[name, option][2]
    too_low = least is not None and baseline is not None and baseline < least
    return line(card, name, inputs).points < exact(indicator["max"]) and not too_low


def _value_at_the_cap(table: Table, inputs: Inputs, key: tuple[str, str], market_class: str | None) -> Fraction | None:
    """Return the least value that earns all points, in whole steps; None where no value earns any."""
    threshold = threshold_of(table, inputs.measures[key], market_class)
    if threshold is not None and table.get("points") == "step":
        step = exact(table.get("step", 1))
        return ceil(threshold / step) * step
    return threshold


def _units_to(inputs: Inputs, key: tuple[str, str], value: Fraction | None) -> int:
    """Return how many units lift a measure to a value; 0 when none do."""
    numerator, denominator, _ = inputs.measures[key]
    if value is None or value_of(inputs.measures[key]) is None:
        return 0
    return max(0, ceil(value * (1 if denominator is None else denominator) - numerator))
