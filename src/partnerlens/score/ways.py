"""
Ways: the sets of units that indicators which belong together can be raised by.

Indicators belong together, in a cluster, when one action raises or opens several of them. The points of a cluster are
worked out for every number of units of all its actions but the longest, whose points then are a curve. Of options of
which only the best counts, no more than one needs to be raised.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm

from partnerlens.model.score import PartnerInputs
from partnerlens.score import curves
from partnerlens.score.actions import Action
from partnerlens.score.curves import Curve
from partnerlens.score.rules import IndicatorRule, OptionKey, OptionRule, TrackRules


@dataclass(frozen=True, slots=True)
class Way:
    """
    Units of several actions, and equal strides of one of them that may follow.

    Attributes:
        units: by the place of the action, how many units.
        points: what they give, scaled to a whole number.
        grows: the place of the action that the strides are of.
        stride: the units of a stride.
        gain: the points of a stride, scaled; above 0 where there are strides.
        times: how many strides may follow.
    """

    units: Mapping[int, int]
    points: int
    grows: int
    stride: int
    gain: int
    times: int


@dataclass(frozen=True)
class Scene:
    """
    A partner's present, as the search for a path sees it.

    Attributes:
        rules: the track.
        actions: its actions; their place is their name.
        curves: by option, its points by added units of its action, gates apart.
        closed: by option, the closed gates: the place of the action, and the units that open the gate.
        raises: by option, the place of its action.
        scale: what one point is.
        every_indicator: whether every indicator has to end above 0.
    """

    rules: TrackRules
    actions: Sequence[Action]
    curves: Mapping[OptionKey, Curve]
    closed: Mapping[OptionKey, tuple[tuple[int, int], ...]]
    raises: Mapping[OptionKey, int]
    scale: int
    every_indicator: bool

    def most_units(self, action: int) -> int:
        """Return the number of units of an action from which on more add nothing."""
        return max(self.numbers(action, last_only=True))

    def numbers(self, action: int, *, last_only: bool = False) -> list[int]:
        """Return the numbers of units of an action at which points change; with ``last_only`` the last of each."""
        found = {0}
        for key in self.actions[action].options:
            curve = self.curves[key]
            found.update([curve[-1].units] if last_only else curves.changes(curve))
        for gates in self.closed.values():
            found.update(units for place, units in gates if place == action)
        return sorted(found)

    def breadth(self, action: int) -> int:
        """Return about how many numbers of units of an action there are to try."""
        return sum(curves.breadth(self.curves[key]) for key in self.actions[action].options)

    def touched(self, indicator: IndicatorRule) -> set[int]:
        """Return the actions that could add to an indicator."""
        found = set()
        for option in indicator.options:
            if len(self.curves[option.key]) > 1 or self.closed[option.key]:
                found.add(self.raises[option.key])
                found.update(place for place, _ in self.closed[option.key])
        return {place for place in found if self.most_units(place)}


def scene_of(
    rules: TrackRules, inputs: PartnerInputs, actions: Sequence[Action], needed: Fraction, *, every_indicator: bool
) -> Scene:
    """
    Return the present of a partner for the search.

    Args:
        rules: the track.
        inputs: the partner's measures; only the data month counts.
        actions: the track's actions.
        needed: the points that are looked for; they have to be whole in the scale, too.
        every_indicator: whether every indicator has to end above 0.
    """
    options = [option for indicator in rules.indicators for option in indicator.options]
    exact = {option.key: curves.option_curve(option, inputs.measures[option.key][0]) for option in options}
    numbers = [number for pieces in exact.values() for _, points, slope in pieces for number in (points, slope)]
    maxima = [indicator.max for indicator in rules.indicators]
    scale = lcm(*(number.denominator for number in [needed, *maxima, *numbers]))
    places = {action.exam_rule: place for place, action in enumerate(actions) if action.exam_rule is not None}
    return Scene(
        rules=rules,
        actions=actions,
        curves={key: curves.scaled(pieces, scale) for key, pieces in exact.items()},
        closed={option.key: _closed(option, inputs, places, exact[option.key][-1][1]) for option in options},
        raises={key: place for place, action in enumerate(actions) for key in action.options},
        scale=scale,
        every_indicator=every_indicator,
    )


def clusters_of(scene: Scene) -> list[list[IndicatorRule]]:
    """Return the indicators in groups that share no action, in the order of the page."""
    clusters: list[tuple[set[int], list[IndicatorRule]]] = []
    for indicator in scene.rules.indicators:
        touched = scene.touched(indicator)
        joined = [cluster for cluster in clusters if cluster[0] & touched]
        clusters = [cluster for cluster in clusters if not cluster[0] & touched]
        members = [member for cluster in joined for member in cluster[1]]
        clusters.append((touched.union(*(cluster[0] for cluster in joined)), [*members, indicator]))
    return [members for _, members in clusters]


def cluster_ways(scene: Scene, cluster: Sequence[IndicatorRule]) -> Iterator[Way]:
    """Yield the ways to raise the indicators of a cluster; none where one has to be above 0 and cannot be."""
    for active in _selections(scene, cluster):
        grows = max(active, key=scene.breadth, default=-1)
        others = [place for place in active if place != grows]
        for counts in product(*(scene.numbers(place) for place in others)):
            units = dict(zip(others, counts, strict=True))
            curve = _cluster_curve(scene, cluster, units, grows)
            if curve is None:
                continue
            for stretch in curves.stretches(curve):
                yield Way(
                    units={**units, grows: stretch.units} if grows >= 0 else {},
                    points=stretch.points,
                    grows=grows,
                    stride=stretch.stride,
                    gain=stretch.gain,
                    times=stretch.times,
                )


def _closed(
    option: OptionRule, inputs: PartnerInputs, places: Mapping[str, int], most: Fraction
) -> tuple[tuple[int, int], ...]:
    """Return the closed gates of an option; none where it could earn nothing behind them."""
    if not most:
        return ()
    lacking = [(places[name], needed - inputs.gates[name][0]) for name, needed in option.gates]
    return tuple((place, units) for place, units in lacking if units > 0)


def _selections(scene: Scene, cluster: Sequence[IndicatorRule]) -> Iterator[list[int]]:
    """Yield the actions that may be raised together: of options that only compete with each other, one."""
    touched = sorted(set().union(*(scene.touched(indicator) for indicator in cluster)))
    rivals = []
    for indicator in cluster:
        own = [place for place in touched if _serves_only(scene, place, indicator)]
        if indicator.combine == "best" and len(own) > 1:
            rivals.append(own)
    free = [place for place in touched if not any(place in own for own in rivals)]
    for chosen in product(*rivals):
        yield [*free, *chosen]


def _serves_only(scene: Scene, action: int, indicator: IndicatorRule) -> bool:
    """Return whether an action raises one option of the indicator and helps nothing else."""
    options = scene.actions[action].options
    opens = any(place == action for gates in scene.closed.values() for place, _ in gates)
    return len(options) == 1 and options[0][0] == indicator.id and not opens


def _cluster_curve(
    scene: Scene, cluster: Sequence[IndicatorRule], units: Mapping[int, int], grows: int
) -> Curve | None:
    """Return the points by units of one action, others fixed; None where an indicator that has to cannot be above 0."""
    lines = [_indicator_curve(scene, indicator, units, grows) for indicator in cluster]
    whole = curves.total(lines)
    if not scene.every_indicator:
        return whole
    starts = [curves.units_above_zero(line) for line in lines]
    if any(start is None for start in starts):
        return None
    return curves.from_units(whole, max(start for start in starts if start is not None))


def _indicator_curve(scene: Scene, indicator: IndicatorRule, units: Mapping[int, int], grows: int) -> Curve:
    lines = [_gated_curve(scene, option.key, units, grows) for option in indicator.options]
    if indicator.combine == "best" or len(lines) == 1:
        curve = curves.highest(lines)
    else:
        curve = curves.capped(curves.total(lines), int(indicator.max * scene.scale))
    return curves.floored(curve, scene.scale) if scene.rules.rounding == "floor_metric_points" else curve


def _gated_curve(scene: Scene, key: OptionKey, units: Mapping[int, int], grows: int) -> Curve:
    curve, action = scene.curves[key], scene.raises[key]
    if action != grows:
        curve = curves.flat(curves.points_at(curve, units.get(action, 0)))
    for place, needed in scene.closed[key]:
        if place == grows:
            curve = curves.opened(curve, needed)
        elif units.get(place, 0) < needed:
            return curves.flat(0)
    return curve
