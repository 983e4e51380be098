"""Property: on random small scorecards the path is as cheap as the cheapest of all sets of units."""

from collections.abc import Mapping
from fractions import Fraction
from math import prod

import pytest

from partnerlens.model.score import NextTier, PartnerInputs
from partnerlens.model.scorecard import Scorecard
from partnerlens.score.actions import gate_rules, track_actions, with_units
from partnerlens.score.path import next_tier
from partnerlens.score.points import track_points
from partnerlens.score.rules import TrackRules, track_rules
from partnerlens.score.tiers import tier_at
from score import naive
from score.small_cards import made_up

MORE_THAN_ENOUGH = 40
"""So many units of a kind bring every option of a made-up scorecard to its cap."""

MOST_SETS = 20_000
"""With more sets of units it would take too long to try them all."""

SHARES = 8
CASES = 75


def costs_of(card: Scorecard, rules: TrackRules, costs: Mapping[str, Fraction]) -> dict[object, Fraction]:
    """Return what a unit of each kind costs the reader: what an indicator or a gate says, else the option's cost."""
    found = {}
    for name, (keys, rule, cost) in naive.kinds_of_units(card, "t").items():
        named = [key[0] for key in keys] + [gate for gate in gate_rules(rules) if gate == rule]
        found[name] = next((costs[each] for each in named if each in costs), cost)
    return found


def path_of(rules: TrackRules, inputs: PartnerInputs, costs: Mapping[str, Fraction]) -> NextTier | None:
    """Return the way to the next tier."""
    lines = track_points(rules, inputs)
    return next_tier(rules, inputs, tier=tier_at(rules, inputs, lines), lines=lines, costs=costs)


def after(rules: TrackRules, inputs: PartnerInputs, found: NextTier) -> PartnerInputs:
    """Return the inputs after all steps of a path."""
    actions = track_actions(rules)
    for step in found.path:
        named = [action for action in actions if (step.indicator, step.option) in action.options]
        gates = [action for action in actions if step.gate is not None and action.exam_rule == step.gate]
        inputs = with_units(inputs, (gates or named)[0], step.add)
    return inputs


@pytest.mark.parametrize("share", range(SHARES))
def test_no_set_of_units_is_cheaper_than_the_path(share: int) -> None:
    """The search finds a path where there is one, at the least cost, with the fewest units, with most points."""
    for seed in range(share * CASES, (share + 1) * CASES):
        card, inputs, costs = made_up(seed)
        rules = track_rules(card, "t", inputs.classes)
        known = {*card.tracks["t"].indicators, *gate_rules(rules)}
        costs = {name: cost for name, cost in costs.items() if name in known}
        found = path_of(rules, inputs, costs)
        tier = card.tiers[0]
        useful = naive.useful_units(card, "t", inputs, tier, MORE_THAN_ENOUGH)
        if found is None or prod(count + 1 for count in useful.values()) > MOST_SETS:
            continue
        most = naive.with_all(card, "t", inputs, MORE_THAN_ENOUGH)

        assert found.reachable == naive.reaches(card, "t", inputs, most, tier), seed

        if found.reachable:
            cheapest = naive.cheapest(card, "t", inputs, tier, costs=costs_of(card, rules, costs), most=useful)
            reached = naive.numbers_of(after(rules, inputs, found))

            total = sum(naive.indicator_points(card, "t", inputs, reached).values())

            assert cheapest == (found.cost, sum(step.add for step in found.path), total), seed
            assert naive.reaches(card, "t", inputs, reached, tier), seed
            assert all(isinstance(step.add, int) and step.add > 0 for step in found.path), seed
            assert found.cost == sum(step.cost for step in found.path), seed


@pytest.mark.parametrize("share", range(4))
def test_points_and_tiers_are_those_of_the_plain_program(share: int) -> None:
    """Every rule of points gives what its words say, on random scorecards and values."""
    for seed in range(share * 250, (share + 1) * 250):
        card, inputs, _ = made_up(seed)
        rules = track_rules(card, "t", inputs.classes)
        lines = track_points(rules, inputs)
        numbers = naive.numbers_of(inputs)
        place = naive.best_tier(card, "t", inputs, numbers)

        assert [line.points for line in lines] == list(naive.indicator_points(card, "t", inputs, numbers).values()), (
            seed
        )
        assert tier_at(rules, inputs, lines) == ("reached" if place == 0 else None), seed
