"""
The lightest strides: how often to repeat several gains so that together they reach a number.

All numbers are whole, and the answer is exact. Runs that cannot matter are narrowed down by the bound that fractions
of strides would give; the last two are solved together by Euclid's algorithm, however long they are.
"""

from collections.abc import Iterable, Sequence
from math import gcd
from typing import NamedTuple


class Run(NamedTuple):
    """Strides that may follow a choice: up to ``times`` of them, each with a gain and a weight above 0."""

    gain: int
    weight: int
    times: int


def lightest_strides(runs: Sequence[Run], needed: int, limit: int | None) -> tuple[int, ...] | None:
    """
    Return how many strides of each run give the points at the least weight.

    Args:
        runs: least points per weight first.
        needed: the points.
        limit: only a weight below it is of interest; None for any.

    Returns:
        None when the runs do not give enough, or not below the limit.
    """
    if needed <= 0:
        return (0,) * len(runs) if limit is None or limit > 0 else None
    if sum(run.gain * run.times for run in runs) < needed:
        return None
    needed = _multiple(needed, runs)
    if len(runs) == 1:
        strides = ceiling(needed, runs[0].gain)
        return (strides,) if limit is None or strides * runs[0].weight < limit else None
    if len(runs) == 2:
        both = _two_runs(runs[0], runs[1], needed)
        weight = both[0] * runs[0].weight + both[1] * runs[1].weight
        return both if limit is None or weight < limit else None
    return _one_and_rest(runs, needed, limit)


def least_filled(segments: Iterable[tuple[int, int]], needed: int) -> int | None:
    """Return the least weight, rounded up, of segments and a fraction of the last; None when they are too few."""
    weight = 0
    if needed <= 0:
        return 0
    for gain, cost in segments:
        if gain >= needed:
            return weight + ceiling(needed * cost, gain)
        needed -= gain
        weight += cost
    return None


def whole_run(run: Run) -> tuple[int, int]:
    """Return the gain and the weight of all strides of a run."""
    return run.gain * run.times, run.weight * run.times


def ceiling(number: int, by: int) -> int:
    """Return a quotient rounded up."""
    return -(-number // by)


def _one_and_rest(runs: Sequence[Run], needed: int, limit: int | None) -> tuple[int, ...] | None:
    """Try the strides of the run with the fewest numbers to try, nearest to the bound first, and solve the rest."""
    found = None
    filled, weight, last = _relaxed(runs, needed)
    if limit is None or weight < limit:
        found, limit = filled, weight
    ranges = _ranges(runs, needed, last, limit)
    place = min(range(len(runs)), key=lambda each: len(ranges[each]))
    run, rest = runs[place], [*runs[:place], *runs[place + 1 :]]
    steps = [whole_run(each) for each in reversed(rest)]
    for strides in sorted(ranges[place], key=lambda number: abs(number - filled[place])):
        base, left = strides * run.weight, needed - strides * run.gain
        more = least_filled(steps, _multiple(left, rest))
        if more is None or base + more >= limit:
            continue
        others = lightest_strides(rest, left, limit - base)
        if others is not None:
            found = (*others[:place], strides, *others[place:])
            limit = base + sum(count * each.weight for count, each in zip(others, rest, strict=True))
    return found


def _relaxed(runs: Sequence[Run], needed: int) -> tuple[tuple[int, ...], int, int]:
    """Return strides that fill the runs from the most efficient on, their weight, and the place of the last filled."""
    strides = [0] * len(runs)
    for place in reversed(range(len(runs))):
        run = runs[place]
        strides[place] = min(run.times, ceiling(needed, run.gain))
        needed -= strides[place] * run.gain
        if needed <= 0:
            break
    return tuple(strides), sum(run.weight * count for run, count in zip(runs, strides, strict=True)), place


def _ranges(runs: Sequence[Run], needed: int, last: int, limit: int) -> list[range]:
    """
    Return the strides of each run that a selection lighter than the limit can have; ``last`` is filled in part.

    With the weight of that run's points as the price of points, each stride of a better run that is left out, and
    each of a worse one that is taken, adds to the bound what it is worse than the price.
    """
    price = runs[last]
    bound = sum(run.weight * run.times for run in runs[last + 1 :]) * price.gain
    bound += (needed - sum(run.gain * run.times for run in runs[last + 1 :])) * price.weight
    slack = (limit - 1) * price.gain - bound
    ranges = []
    for place, run in enumerate(runs):
        loss = abs(run.weight * price.gain - run.gain * price.weight)
        away = slack // loss if loss else run.times
        if place > last:
            ranges.append(range(max(0, run.times - away), run.times + 1))
        elif place < last:
            ranges.append(range(min(run.times, away) + 1))
        else:
            ranges.append(range(run.times + 1))
    most = _most_strides(runs[0], runs[1:], needed)
    ranges[0] = range(ranges[0].start, min(ranges[0].stop, most + 1))
    return ranges


def _most_strides(first: Run, rest: Sequence[Run], needed: int) -> int:
    """
    Return a number of strides of the least efficient run that some lightest selection does not exceed.

    Strides of it can be exchanged for strides of another run with the same points, which are no heavier, unless
    there are too few of them to exchange or the other run is nearly at its end. In the first case they are fewer
    than those of one exchange; in the second, for all other runs, they are not many more than what has to be.
    """
    fewest = max(0, ceiling(needed - sum(run.gain * run.times for run in rest), first.gain))
    exchanges = [run.gain // gcd(first.gain, run.gain) for run in rest]
    return max(max(exchanges) - 1, fewest + sum(exchanges))


class _Walk(NamedTuple):
    """
    A walk over a grid, of steps to the right and upwards.

    Attributes:
        right: its steps to the right.
        weight: its weight at the end.
        least: the least weight at a point where a step to the right follows; None where none does.
        at: the steps to the right until that point.
    """

    right: int
    weight: int
    least: int | None
    at: int


def _two_runs(one: Run, other: Run, needed: int) -> tuple[int, int]:
    """
    Return the lightest strides of two runs that give the points; they have to be able to.

    With k strides less than the most of the first run, the second needs floor((slope * k + start) / modulus) strides.
    Those points are a walk over a grid, and its lightest point is found by putting the walk together from repeated
    pieces, as Euclid's algorithm repeats its quotients.
    """
    fewest = max(0, ceiling(needed - other.gain * other.times, one.gain))
    enough = ceiling(needed, one.gain)
    most = min(one.times, needed // one.gain)
    best: tuple[int, int, int] | None = (enough * one.weight, enough, 0) if enough <= one.times else None
    if fewest <= most:
        walk = _walk(
            most - fewest,
            (one.gain, needed - one.gain * most + other.gain - 1, other.gain),
            right=_Walk(1, -one.weight, 0, 0),
            up=_Walk(0, other.weight, None, 0),
        )
        less = walk.right if walk.least is None or walk.weight < walk.least else walk.at
        first = most - less
        second = ceiling(needed - one.gain * first, other.gain)
        way = (first * one.weight + second * other.weight, first, second)
        best = way if best is None else min(best, way)
    return best[1:] if best else (one.times, other.times)


def _walk(length: int, line: tuple[int, int, int], *, right: _Walk, up: _Walk) -> _Walk:
    """
    Return the walk along floor((slope * k + start) / modulus) for k from 0 to ``length``, line = slope, start, modulus.

    At every k the walk first goes up to the line and then one step to the right.
    """
    slope, start, modulus = line
    height = (slope * length + start) // modulus
    before = after = _Walk(0, 0, None, 0)
    while True:
        quotient, slope = divmod(slope, modulus)
        right = _joined(right, _repeated(up, quotient))
        rise, start = divmod(start, modulus)
        before = _joined(before, _repeated(up, rise))
        height -= quotient * length + rise
        if height == 0:
            return _joined(_joined(before, _repeated(right, length)), after)
        turn = (modulus * height - start - 1) // slope + 1
        after = _joined(up, _joined(_repeated(right, length - turn), after))
        start = modulus - start - 1 + slope
        length, height = height - 1, turn
        slope, modulus = modulus, slope
        right, up = up, right


def _joined(one: _Walk, other: _Walk) -> _Walk:
    least, at = one.least, one.at
    if other.least is not None and (least is None or one.weight + other.least < least):
        least, at = one.weight + other.least, one.right + other.at
    return _Walk(one.right + other.right, one.weight + other.weight, least, at)


def _repeated(walk: _Walk, times: int) -> _Walk:
    whole = _Walk(0, 0, None, 0)
    while times:
        if times & 1:
            whole = _joined(whole, walk)
        walk = _joined(walk, walk)
        times >>= 1
    return whole


def _multiple(needed: int, runs: Iterable[Run]) -> int:
    """Return the points that have to be given: runs give only multiples of what their gains have in common."""
    common = gcd(*(run.gain for run in runs))
    return ceiling(needed, common) * common
