"""The search behind the path, alone: random groups and long runs against simple exact programs."""

from fractions import Fraction
from random import Random

import pytest

from partnerlens.model.score import NextTier
from partnerlens.months import Month
from partnerlens.score import score_track
from partnerlens.score.cover import Choice, lightest_cover
from partnerlens.score.strides import Run, lightest_strides
from score.small_cards import card_of, inputs_of

MONTH = Month.parse("2021-06")


def made_up_groups(random: Random, longest: int) -> list[list[Choice]]:
    """Return up to four groups of choices, most with runs."""
    groups = []
    for _ in range(random.randint(1, 4)):
        group = []
        for place in range(random.randint(1, 3)):
            run = None
            if random.random() < 0.7:
                largest = random.choice([6, 60])
                run = Run(random.randint(1, largest), random.randint(1, largest), random.randint(1, longest))
            group.append(Choice(random.choice([0, 9, 40]), random.choice([0, 7, 30]), run, place))
        groups.append(group)
    return groups


def lightest_by_points(groups: list[list[Choice]]) -> dict[int, int]:
    """Return for all points that can be had exactly what they weigh at least: each group added to what was before."""
    lightest = {0: 0}
    for group in groups:
        ways = [
            (choice.points + number * choice.run.gain, choice.weight + number * choice.run.weight)
            if choice.run
            else (choice.points, choice.weight)
            for choice in group
            for number in range(choice.run.times + 1 if choice.run else 1)
        ]
        reached: dict[int, int] = {}
        for points, weight in lightest.items():
            for more, load in ways:
                if weight + load < reached.get(points + more, weight + load + 1):
                    reached[points + more] = weight + load
        lightest = reached
    return lightest


@pytest.mark.parametrize(("longest", "cases"), [(12, 800), (60, 40)])
def test_no_selection_is_lighter(longest: int, cases: int) -> None:
    """One choice of each group, with strides of its run: the weight is the least, and the points are enough."""
    random = Random(longest)
    for case in range(cases):
        groups = made_up_groups(random, longest)
        lightest = lightest_by_points(groups)
        needed = random.randint(max(lightest) // 2, max(lightest) + 2)
        least = min((weight for points, weight in lightest.items() if points >= needed), default=None)
        cover = lightest_cover(groups, needed)

        assert (cover and cover.weight) == least, (longest, case)

        if cover:
            points = 0
            for group, taken in zip(groups, cover.taken, strict=True):
                choice = group[taken.place]
                points += choice.points + (choice.run.gain * taken.strides if choice.run else 0)

            assert points >= needed, (longest, case)


def test_group_without_choice_has_no_selection() -> None:
    """A group that cannot be satisfied makes all impossible."""
    assert lightest_cover([[Choice(0, 5, None, 0)], []], 0) is None


@pytest.mark.parametrize("seed", range(40))
def test_two_long_runs_are_solved_exactly(seed: int) -> None:
    """All numbers of strides of one run are tried, and the other one makes up the rest."""
    random = Random(seed)
    one, other = (Run(random.randint(1, 40_000), random.randint(1, 40_000), random.randint(1, 5_000)) for _ in range(2))
    one, other = sorted([one, other], key=lambda run: Fraction(run.gain, run.weight))
    needed = random.randint(1, one.gain * one.times + other.gain * other.times)
    weights = []
    for first in range(one.times + 1):
        second = max(0, -((first * one.gain - needed) // other.gain))
        if second <= other.times:
            weights.append(first * one.weight + second * other.weight)
    found = lightest_strides([one, other], needed, None)

    assert found is not None
    assert found[0] * one.weight + found[1] * other.weight == min(weights)
    assert found[0] * one.gain + found[1] * other.gain >= needed


def way_of(thresholds: dict[str, tuple[float, float, Fraction]], points: float) -> NextTier:
    """Return the way to so many points with amounts: threshold, cost and value by indicator, 10 points each."""
    indicators = {
        name: {"max": 10, "options": {"value": {"kind": "revenue", "threshold": threshold, "cost": cost}}}
        for name, (threshold, cost, _) in thresholds.items()
    }
    card = card_of(indicators, tiers=[{"name": "gold", "points": points}])
    inputs = inputs_of({name: value for name, (_, _, value) in thresholds.items()})
    found = score_track(card, "t", inputs, month=MONTH).next_tier
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("costs", "points"),
    [
        ((0.001, 0.1), 7.3),
        ((0.001, 0.09999), 12.001),  # nearly the same cost for the same points
        ((0.001, 0.1001), 17.77),
        ((0.0021, 0.07), 19.9),
    ],
)
def test_large_amounts_are_as_cheap_as_all_pairs_of_them(costs: tuple[float, float], points: float) -> None:
    """Thirty thousand dollars against three hundred users: every number of users, with the dollars that then lack."""
    values = (Fraction(123_456, 100), Fraction(7, 3))
    found = way_of({"x": (30_000, costs[0], values[0]), "y": (300, costs[1], values[1])}, points)
    wanted = Fraction(str(points))
    pairs = []
    for users in range(299):
        lacking = wanted - min(Fraction(10), (values[1] + users) / 30)
        dollars = max(0, -((values[0] - lacking * 3000) // 1))
        if dollars + values[0] < 30_001:
            cost = dollars * Fraction(str(costs[0])) + users * Fraction(str(costs[1]))
            pairs.append((cost, dollars + users))

    assert (found.cost, sum(step.add for step in found.path)) == min(pairs)


def test_three_amounts_of_nearly_the_same_worth_are_solved() -> None:
    """What is worth most is taken whole: 10 points. Then 4.3744 points lack, 1,000 units of the next best a point."""
    indicators = {
        "a": (10_000, 0.030003, Fraction(107_609, 100)),
        "b": (10_000, 0.029997, Fraction(14_371, 100)),
        "c": (1_000, 0.3, Fraction(42_019, 50)),
        "d": (1_600, 0.1, Fraction(0)),
    }
    found = way_of(indicators, 23.998)

    assert {step.indicator: step.add for step in found.path} == {"b": 4_375, "d": 1_600}
