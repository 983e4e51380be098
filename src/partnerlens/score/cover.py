"""
The cheapest way to take one choice from each of several groups so that their points reach a number.

All numbers are whole. The search is exact: it goes through the groups depth first and leaves out what a lower bound
shows to be no better than what it has. The bound lets fractions of choices be taken, best points per weight first.
Long runs of equal strides are not listed stride by stride: they wait until every choice is made.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

from partnerlens.score.strides import Run, ceiling, least_filled, lightest_strides, whole_run


class Choice(NamedTuple):
    """
    One of the choices of a group.

    Attributes:
        weight: what it weighs.
        points: what it gives.
        run: strides that may be added to it; None for none.
        place: its number in the group.
    """

    weight: int
    points: int
    run: Run | None
    place: int


class Taken(NamedTuple):
    """What was taken from a group: the choice's place, and how many strides of its run."""

    place: int
    strides: int


@dataclass(frozen=True)
class Cover:
    """The lightest selection: its weight, and what was taken from each group in the order given."""

    weight: int
    taken: tuple[Taken, ...]


def lightest_cover(groups: Sequence[Sequence[Choice]], needed: int) -> Cover | None:
    """
    Return the lightest selection of one choice from each group that gives at least the points needed.

    Args:
        groups: the choices of each group; points of a group may not fall below 0.
        needed: the points.

    Returns:
        None when no selection gives enough, or a group has no choice.
    """
    if not all(groups):
        return None
    return _Search(groups, needed).found()


@dataclass(frozen=True)
class _Bound:
    """
    The lower bound over the groups from one on: their lightest choices, then ever less efficient segments.

    Attributes:
        weight: of the lightest choices.
        points: of the lightest choices.
        segments: gains and weights of all steps of the groups' concave hulls, most points per weight first.
        gains: the sums of the segments' gains, from 0 on.
        weights: the sums of their weights, from 0 on.
    """

    weight: int
    points: int
    segments: tuple[tuple[int, int], ...]
    gains: tuple[int, ...]
    weights: tuple[int, ...]

    def least(self, needed: int, runs: tuple[Run, ...]) -> int | None:
        """Return the least weight, rounded up, that could give the points with the runs; None when nothing could."""
        rest = needed - self.points
        if rest <= 0:
            return self.weight
        if runs:
            more = least_filled(sorted([*self.segments, *map(whole_run, runs)], key=_efficiency, reverse=True), rest)
            return None if more is None else self.weight + more
        place = bisect_left(self.gains, rest)
        if place == len(self.gains):
            return None
        gain, weight = self.segments[place - 1]
        return self.weight + self.weights[place - 1] + ceiling((rest - self.gains[place - 1]) * weight, gain)


class _Search:
    """The depth-first search, with the lightest selection so far."""

    def __init__(self, groups: Sequence[Sequence[Choice]], needed: int) -> None:
        self._needed = needed
        useful = [_undominated(group) for group in groups]
        self._order = sorted(range(len(groups)), key=lambda place: _size(useful[place]))
        self._groups = [useful[place] for place in self._order]
        self._bounds = _bounds(self._groups)
        self._best: int | None = None
        self._taken: tuple[Taken, ...] = ()

    def found(self) -> Cover | None:
        """Search, and return the lightest selection."""
        self._descend(self._needed, 0, (), ())
        if self._best is None:
            return None
        taken = dict(zip(self._order, self._taken, strict=True))
        return Cover(self._best, tuple(taken[place] for place in range(len(taken))))

    def _descend(self, needed: int, weight: int, runs: tuple[Run, ...], chosen: tuple[Choice, ...]) -> None:
        if len(chosen) == len(self._groups):
            self._finish(needed, weight, runs, chosen)
            return
        below = self._bounds[len(chosen) + 1]
        ways = []
        for number, choice in enumerate(self._groups[len(chosen)]):
            more = below.least(needed - choice.points, (*runs, choice.run) if choice.run else runs)
            if more is not None:
                ways.append((weight + choice.weight + more, number, choice))
        ways.sort()
        for least, _, choice in ways:
            if self._best is not None and least >= self._best:
                return
            self._descend(
                needed - choice.points,
                weight + choice.weight,
                (*runs, choice.run) if choice.run else runs,
                (*chosen, choice),
            )

    def _finish(self, needed: int, weight: int, runs: tuple[Run, ...], chosen: tuple[Choice, ...]) -> None:
        limit = None if self._best is None else self._best - weight
        order = sorted(range(len(runs)), key=lambda place: _efficiency(runs[place]))
        strides = lightest_strides([runs[place] for place in order], needed, limit)
        if strides is None:
            return
        by_run = dict(zip(order, strides, strict=True))
        counts = iter([by_run[place] for place in range(len(runs))])
        self._best = weight + sum(run.weight * by_run[place] for place, run in enumerate(runs))
        self._taken = tuple(Taken(choice.place, next(counts) if choice.run else 0) for choice in chosen)


def _undominated(group: Iterable[Choice]) -> list[Choice]:
    """Return the choices that no other one beats with at most the weight and at least the points."""
    kept: list[Choice] = []
    most: int | None = None
    for choice in sorted(group, key=lambda each: (each.weight, -each.points, each.run is not None)):
        reach = choice.points + (choice.run.gain * choice.run.times if choice.run else 0)
        if most is None or reach > most:
            kept.append(choice)
            most = choice.points if most is None else max(most, choice.points)
    return kept


def _size(group: Sequence[Choice]) -> tuple[bool, int]:
    return any(choice.run for choice in group), len(group)


def _bounds(groups: Sequence[Sequence[Choice]]) -> list[_Bound]:
    bounds = [_Bound(0, 0, (), (0,), (0,))]
    for group in reversed(groups):
        base, steps = _hull(group)
        last = bounds[-1]
        segments = tuple(sorted([*last.segments, *steps], key=_efficiency, reverse=True))
        bounds.append(
            _Bound(
                last.weight + base.weight,
                last.points + base.points,
                segments,
                tuple(accumulate((gain for gain, _ in segments), initial=0)),
                tuple(accumulate((weight for _, weight in segments), initial=0)),
            )
        )
    return bounds[::-1]


def _hull(group: Sequence[Choice]) -> tuple[Choice, list[tuple[int, int]]]:
    """Return the lightest choice and the steps of the upper concave hull from there, as gains and weights."""
    base = group[0]
    ends = {(choice.weight, choice.points) for choice in group}
    ends |= {
        (choice.weight + run.weight * run.times, choice.points + run.gain * run.times)
        for choice in group
        if (run := choice.run)
    }
    corners = [(base.weight, base.points)]
    for weight, points in sorted(ends):
        if points <= corners[-1][1]:
            continue
        while len(corners) > 1 and _is_inside(corners[-2], corners[-1], (weight, points)):
            corners.pop()
        corners.append((weight, points))
    steps = [(high - low, far - near) for (near, low), (far, high) in pairwise(corners)]
    return base, steps


def _is_inside(one: tuple[int, int], middle: tuple[int, int], other: tuple[int, int]) -> bool:
    """Return whether the middle corner does not rise above the line between the others."""
    return (middle[1] - one[1]) * (other[0] - one[0]) <= (other[1] - one[1]) * (middle[0] - one[0])


def _efficiency(segment: tuple[int, int] | Run) -> Fraction:
    return Fraction(segment[0], segment[1])
