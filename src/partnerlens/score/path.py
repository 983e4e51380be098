"""The path: the cheapest whole units that lead to the next tier (decisions.md 4, domain.md 1.2)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, lcm

from partnerlens.model.score import DeadEnd, NextTier, PartnerInputs, PathStep
from partnerlens.score.actions import Action, indicator_of, track_actions, with_units
from partnerlens.score.cover import Choice, lightest_cover
from partnerlens.score.points import ZERO, Earned, goal_of, track_points
from partnerlens.score.rules import TierRule, TrackRules
from partnerlens.score.strides import Run
from partnerlens.score.tiers import least_total, rank_of, total_points
from partnerlens.score.ways import Way, cluster_ways, clusters_of, scene_of

SHORT = 24
"""Up to so many strides are tried one by one; longer runs are worked out."""


def next_tier(
    rules: TrackRules,
    inputs: PartnerInputs,
    *,
    tier: str | None,
    lines: list[Earned],
    costs: Mapping[str, Fraction] | None = None,
) -> NextTier | None:
    """
    Return the way from the present tier to the next better one; None at the best.

    Args:
        rules: the track.
        inputs: the partner's measures.
        tier: the present tier; None for none.
        lines: what the indicators earn now.
        costs: what a unit of an indicator, or a person of a gate's exam rule, costs the reader.

    Raises:
        UsageError: a cost is for something unknown, or not above 0.
    """
    actions = track_actions(rules, costs)
    rank = rank_of(rules, tier)
    if rank == 0:
        return None
    aim = rules.tiers[rank - 1]
    needed = least_total(aim, rules.rounding)
    units = cheapest_units(rules, inputs, actions, aim)
    path = () if units is None else _steps(rules, inputs, actions, units)
    return NextTier(
        tier=aim.name,
        points=aim.points,
        points_missing=ZERO if needed is None else max(ZERO, needed - total_points(lines)),
        path=path,
        cost=None if units is None else sum((step.cost for step in path), ZERO),
        reachable=units is not None,
        dead_ends=tuple(_dead_ends(rules, inputs, aim, lines)),
    )


def cheapest_units(
    rules: TrackRules, inputs: PartnerInputs, actions: Sequence[Action], aim: TierRule
) -> list[int] | None:
    """
    Return how many units of each action reach a tier at the least cost.

    Of equally cheap sets it is one with the fewest units, and of those one with most points.

    Returns:
        None when no units reach it.
    """
    required = _required(inputs, actions, aim)
    if required is None:
        return None
    for action, units in zip(actions, required, strict=True):
        inputs = with_units(inputs, action, units) if units else inputs
    least = least_total(aim, rules.rounding)
    needed = ZERO if least is None else least
    scene = scene_of(rules, inputs, actions, needed, every_indicator=aim.every_indicator)
    weights = _weights(actions, 1 + sum(scene.most_units(place) for place in range(len(actions))))
    ways = [list(cluster_ways(scene, cluster)) for cluster in clusters_of(scene)]
    taken = _taken(ways, weights, int(needed * scene.scale))
    if taken is None:
        return None
    for way, strides in taken:
        for place, units in way.units.items():
            required[place] += units + (strides * way.stride if place == way.grows else 0)
    return required


def _required(inputs: PartnerInputs, actions: Sequence[Action], aim: TierRule) -> list[int] | None:
    """Return the units of each action that the conditions of a tier need; None where one cannot be met."""
    required = [0] * len(actions)
    for key, needed in aim.conditions:
        measured = inputs.measures[key][0]
        if measured.value is None:
            return None
        base = Fraction(1) if measured.denominator is None else measured.denominator
        place = next(place for place, action in enumerate(actions) if key in action.options)
        required[place] = max(required[place], ceil(needed * base - measured.numerator))
    return required


def _weights(actions: Sequence[Action], more_than_all: int) -> list[int]:
    """Return whole weights of units: their costs, and among equal costs their number."""
    scale = lcm(*(action.cost.denominator for action in actions))
    return [int(action.cost * scale) * more_than_all + 1 for action in actions]


def _taken(ways: list[list[Way]], weights: list[int], needed: int) -> list[tuple[Way, int]] | None:
    """Return the way taken in each cluster, and the strides of it; of equal weights, more points weigh less."""
    groups: list[list[Choice]] = []
    origins: list[list[tuple[Way, int]]] = []
    most = [max((way.points + way.gain * way.times for way in cluster), default=0) for cluster in ways]
    finer = 1 + sum(most)
    for cluster in ways:
        group: list[Choice] = []
        origin: list[tuple[Way, int]] = []
        for way in cluster:
            base = sum(weights[place] * units for place, units in way.units.items()) * finer - way.points
            stride = weights[way.grows] * way.stride * finer - way.gain if way.times else 0
            if way.times > SHORT:
                group.append(Choice(base, way.points, Run(way.gain, stride, way.times), len(origin)))
                origin.append((way, 0))
                continue
            for number in range(way.times + 1):
                group.append(Choice(base + number * stride, way.points + number * way.gain, None, len(origin)))
                origin.append((way, number))
        groups.append(group)
        origins.append(origin)
    cover = lightest_cover(groups, needed)
    if cover is None:
        return None
    found = []
    for origin, taken in zip(origins, cover.taken, strict=True):
        way, strides = origin[taken.place]
        found.append((way, strides + taken.strides))
    return found


def _steps(
    rules: TrackRules, inputs: PartnerInputs, actions: Sequence[Action], units: Sequence[int]
) -> tuple[PathStep, ...]:
    """Return the steps in the order to take them: what opens a gate first, then by the order of the page."""
    chosen = [(action, count) for action, count in zip(actions, units, strict=True) if count]
    chosen.sort(key=lambda each: not _opened(inputs, each[0]))
    steps = []
    before = total_points(track_points(rules, inputs))
    for action, count in chosen:
        opened = _opened(inputs, action)
        inputs = with_units(inputs, action, count)
        after = total_points(track_points(rules, inputs))
        indicator, option = action.first
        served = dict.fromkeys([name for name, _ in (*action.options, *opened)])
        steps.append(
            PathStep(
                indicator=indicator,
                option=option,
                add=count,
                unit=indicator_of(rules, action.first).unit,
                points=after - before,
                cost=action.cost * count,
                also=tuple(name for name in served if name != indicator),
                gate=None if action.options else action.exam_rule,
            )
        )
        before = after
    return tuple(steps)


def _opened(inputs: PartnerInputs, action: Action) -> list[tuple[str, str]]:
    """Return the options behind a closed gate that asks for the people of an action."""
    have = inputs.gates[action.exam_rule][0] if action.gated and action.exam_rule is not None else 0
    return [key for key, needed in action.gated if have < needed]


def _dead_ends(rules: TrackRules, inputs: PartnerInputs, aim: TierRule, lines: list[Earned]) -> list[DeadEnd]:
    """Return the indicators that matter for a tier and cannot help to reach it."""
    ends = []
    matter = aim.points is not None or aim.every_indicator
    named = {key[0]: key for key, _ in aim.conditions}
    for indicator, line in zip(rules.indicators, lines, strict=True):
        if indicator.id in named and inputs.measures[named[indicator.id]][0].value is None:
            ends.append(DeadEnd(indicator.id, "baseline_too_low"))
            continue
        if not matter:
            continue
        goals = [goal_of(option, inputs.measures[option.key][0]) for option in indicator.options]
        most = indicator.max if rules.rounding != "floor_metric_points" else Fraction(indicator.max // 1)
        if line.points >= most > 0:
            ends.append(DeadEnd(indicator.id, "at_its_cap"))
        elif all(goal is None for goal, _ in goals):
            ends.append(DeadEnd(indicator.id, str(goals[line.option][1])))
        elif most <= 0:
            ends.append(DeadEnd(indicator.id, "out_of_reach"))
    return ends
