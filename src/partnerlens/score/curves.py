"""
Curves: the points that whole units of one thing add up to.

A curve is a list of pieces by rising first unit. From ``units`` on, up to the next piece, the points are
``points + slope * (x - units)``. Curves never fall, and their last piece is flat: there is always a cap.
Points are whole numbers in a scale that the search for a path chooses.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from partnerlens.model.score import Measured
from partnerlens.score.points import goal_of
from partnerlens.score.rules import OptionRule


class Piece(NamedTuple):
    """A straight part of a curve: its first unit, the points there, and the points of each further unit."""

    units: int
    points: int
    slope: int


class Stretch(NamedTuple):
    """
    A part of a curve with equal strides.

    Attributes:
        units: its first unit.
        points: the points there.
        stride: the units of a stride.
        gain: the points of a stride.
        times: how many strides there are.
    """

    units: int
    points: int
    stride: int
    gain: int
    times: int


Curve = list[Piece]
ExactPiece = tuple[int, Fraction, Fraction]
"""A piece before it is scaled to whole points."""


def flat(points: int) -> Curve:
    """Return the curve of something that no unit changes."""
    return [Piece(0, points, 0)]


def option_curve(rule: OptionRule, measured: Measured) -> list[ExactPiece]:
    """Return the exact points of an option by added units, gates apart, as pieces that are not scaled yet."""
    needed, _ = goal_of(rule, measured)
    if needed is None:
        return [(0, Fraction(0), Fraction(0))]
    if rule.points == "step":
        needed = ceil(needed / rule.step) * rule.step
    base = Fraction(1) if measured.denominator is None else measured.denominator
    cap = max(0, ceil(needed * base - measured.numerator))
    full = (cap, rule.max, Fraction(0))
    if cap == 0:
        return [full]
    if rule.points in {"all_or_nothing", "banded_growth"}:
        return [(0, Fraction(0), Fraction(0)), full]
    if rule.points == "step":
        return [*_stairs(rule, measured.numerator, base, cap), full]
    slope = rule.max / needed / base
    return [*_line(measured.numerator, slope, slope * _before(measured.numerator), cap), full]


def _before(present: Fraction) -> Fraction:
    """Return the first value at or above 0 that whole units lead to."""
    return present + max(0, ceil(-present))


def _line(present: Fraction, slope: Fraction, first: Fraction, cap: int) -> list[ExactPiece]:
    """Return a straight line below its cap, that begins with ``first`` where the value is no longer below 0."""
    start = max(0, ceil(-present))
    nothing = [(0, Fraction(0), Fraction(0))] if start else []
    return [*nothing, (start, first, slope)] if start < cap else nothing


def _stairs(rule: OptionRule, present: Fraction, base: Fraction, cap: int) -> list[ExactPiece]:
    """Return the stairs of ``step`` below its cap; a straight line where every unit is as many whole steps."""
    stride = rule.step * base
    each = rule.max / (rule.threshold or 1) * rule.step
    if stride.numerator == 1:
        return _line(present, each / stride, each * (_before(present) // stride), cap)
    stairs = [(0, max(Fraction(0), each * (present // stride)), Fraction(0))]
    units = 0
    while True:
        step = (present + units) // stride + 1
        units = max(units + 1, ceil(max(step, 1) * stride - present))
        if units >= cap:
            return stairs
        stairs.append((units, each * ((present + units) // stride), Fraction(0)))


def scaled(pieces: Sequence[ExactPiece], scale: int) -> Curve:
    """Return a curve in whole points; the scale has to be a multiple of every denominator."""
    return [Piece(units, int(points * scale), int(slope * scale)) for units, points, slope in pieces]


def points_at(curve: Curve, units: int) -> int:
    """Return the points of a curve at a number of units."""
    piece = next(piece for piece in reversed(curve) if piece.units <= units)
    return piece.points + piece.slope * (units - piece.units)


def units_above_zero(curve: Curve) -> int | None:
    """Return the first unit with more than 0 points; None where there is none."""
    for piece, end in _with_ends(curve):
        if piece.points > 0:
            return piece.units
        if piece.slope and end != piece.units + 1:
            return piece.units + 1
    return None


def opened(curve: Curve, units: int) -> Curve:
    """Return a curve that is 0 below a number of units, as behind a gate, and as before from there on."""
    if units <= 0:
        return curve
    return [Piece(0, 0, 0), *from_units(curve, units)]


def changes(curve: Curve) -> list[int]:
    """Return the numbers of units at which the points change, with 0."""
    found = [0]
    for piece, end in _with_ends(curve):
        found.extend(range(piece.units, end) if piece.slope and end else [piece.units])
    return found


def breadth(curve: Curve) -> int:
    """Return at how many numbers of units the points change, at most."""
    return sum(end - piece.units if piece.slope else 1 for piece, end in _with_ends(curve))


def total(curves: Sequence[Curve]) -> Curve:
    """Return the sum of curves."""
    if len(curves) == 1:
        return curves[0]
    return [
        Piece(start, sum(points for points, _ in parts), sum(slope for _, slope in parts))
        for start, _, parts in _aligned(curves)
    ]


def highest(curves: Sequence[Curve]) -> Curve:
    """Return the highest of curves at every number of units."""
    best = curves[0]
    for curve in curves[1:]:
        best = _higher(best, curve)
    return best


def capped(curve: Curve, most: int) -> Curve:
    """Return a curve that never exceeds a number of points."""
    kept: Curve = []
    for piece, end in _with_ends(curve):
        if piece.points >= most:
            return [*kept, Piece(piece.units, most, 0)]
        kept.append(piece)
        if piece.slope and end:
            units = piece.units + -((piece.points - most) // piece.slope)
            if units < end:
                return [*kept, Piece(units, most, 0)]
    return kept


def floored(curve: Curve, whole: int) -> Curve:
    """Return a curve with its points rounded down to multiples of ``whole``."""
    stairs: Curve = []
    for piece, end in _with_ends(curve):
        level = piece.points // whole
        _append(stairs, Piece(piece.units, level * whole, 0))
        while piece.slope and end:
            units = piece.units + -((piece.points - (level + 1) * whole) // piece.slope)
            if units >= end:
                break
            level = (piece.points + piece.slope * (units - piece.units)) // whole
            _append(stairs, Piece(units, level * whole, 0))
    return stairs


def from_units(curve: Curve, units: int) -> Curve:
    """Return the part of a curve from a number of units on."""
    rest = [piece for piece in curve if piece.units > units]
    here = curve[len(curve) - len(rest) - 1]
    return [Piece(units, points_at(curve, units), here.slope), *rest]


def stretches(curve: Curve) -> Iterator[Stretch]:
    """Yield a curve as stretches of equal strides; regular stairs are one stretch, a lone stair has no strides."""
    stairs: Curve = []
    for piece, end in _with_ends(curve):
        if piece.slope and end > piece.units + 1:
            yield from _regular(stairs)
            stairs = []
            yield Stretch(piece.units, piece.points, 1, piece.slope, end - piece.units - 1)
        elif not stairs or piece.points > stairs[-1].points:
            stairs.append(piece)
    yield from _regular(stairs)


def _regular(stairs: Curve) -> Iterator[Stretch]:
    place = 0
    while place < len(stairs):
        first, last = stairs[place], place
        stride = gain = 0
        if place + 1 < len(stairs):
            stride, gain = _apart(first, stairs[place + 1])
            last = place + 1
            while last + 1 < len(stairs) and _apart(stairs[last], stairs[last + 1]) == (stride, gain):
                last += 1
        yield Stretch(first.units, first.points, stride, gain, last - place)
        place = last + 1


def _apart(one: Piece, other: Piece) -> tuple[int, int]:
    return other.units - one.units, other.points - one.points


def _with_ends(curve: Curve) -> Iterator[tuple[Piece, int]]:
    """Yield each piece with the unit at which the next one begins; 0 for the last."""
    for place, piece in enumerate(curve):
        yield piece, curve[place + 1].units if place + 1 < len(curve) else 0


def _append(curve: Curve, piece: Piece) -> None:
    """Add a piece unless the curve already goes on like that."""
    if not curve or curve[-1].slope or piece.slope or curve[-1].points != piece.points:
        curve.append(piece)


def _aligned(curves: Sequence[Curve]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Yield the intervals in which all curves are straight: first unit, end (0 for none), points and slopes."""
    starts = sorted({piece.units for curve in curves for piece in curve})
    places = [0] * len(curves)
    for index, start in enumerate(starts):
        parts = []
        for number, curve in enumerate(curves):
            place = places[number]
            while place + 1 < len(curve) and curve[place + 1].units <= start:
                place += 1
            places[number] = place
            piece = curve[place]
            parts.append((piece.points + piece.slope * (start - piece.units), piece.slope))
        yield start, starts[index + 1] if index + 1 < len(starts) else 0, parts


def _higher(one: Curve, other: Curve) -> Curve:
    higher: Curve = []
    for start, end, parts in _aligned([one, other]):
        (high, rise), (low, climb) = sorted(parts, reverse=True)
        _append(higher, Piece(start, high, rise))
        if climb > rise:
            units = start + -((low - high) // (climb - rise))
            if not end or units < end:
                _append(higher, Piece(units, low + climb * (units - start), climb))
    return higher
