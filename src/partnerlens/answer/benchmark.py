"""The bar from 1 to 4: bands, their ranges, and when they are withheld (decisions.md 3)."""

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from partnerlens.answer.cells import Bools
from partnerlens.answer.values import Numbers
from partnerlens.model.metric import Metric
from partnerlens.model.result import BandRange, Benchmark
from partnerlens.units import exact_text, rounded_outward

BANDS = 4
WITHHELD_FEW = "too_few_partners"
WITHHELD_SMALL = "small_band"

Banding = Literal["quartile", "equal_width"]


Keys = npt.NDArray[np.number[Any]]
"""Whole or floating-point numbers, one for each partner."""


@dataclass(frozen=True)
class Bar:
    """
    The bands of one metric under one filter; it says nothing about who asks.

    Attributes:
        metric: the metric.
        banding: how bands are cut.
        peers: how many partners are compared.
        is_peer: which partners are.
        keys: a number for each partner that compares as its value does.
        floors: the keys that a peer has to exceed (quartiles) or reach (equal width) for band 2, 3 and 4.
        ranges: for each non-empty band its number, smallest and largest value, and number of peers.
        cuts: the values that a peer in band 1, 2 or 3 has to exceed or reach to leave it; see ``to_next_band``.
        withheld: why nothing is shown; None when it is.
    """

    metric: Metric
    banding: Banding
    peers: int
    is_peer: Bools
    keys: Keys
    floors: Keys
    ranges: tuple[tuple[int, Fraction, Fraction, int], ...]
    cuts: tuple[Fraction, ...]
    withheld: str | None

    def band(self, index: int) -> int | None:
        """Return the band of a partner; None when it is no peer or the bar is withheld."""
        if self.withheld is not None or not self.is_peer[index]:
            return None
        side: Literal["left", "right"] = "left" if self.banding == "quartile" else "right"
        return 1 + int(np.searchsorted(self.floors, self.keys[index], side))

    def to_next_band(self, index: int, value: Fraction) -> Fraction | None:
        """
        Return the smallest increase that takes the partner to a higher band while its peers stay as they are.

        With quartiles the partner has to exceed the peer that stands at the rank of the next band among the
        others; with equal widths it has to reach the next threshold. The result is a whole number of the
        metric's steps; None in band 4, without a band, or where the bar is withheld.
        """
        band = self.band(index)
        if band is None or band == BANDS or not self.cuts:
            return None
        missing = (self.cuts[band - 1] - value) / self.metric.step
        steps = math.floor(missing) + 1 if self.banding == "quartile" else max(math.ceil(missing), 0)
        return steps * self.metric.step


def make_bar(metric: Metric, numbers: Numbers, cohort: Bools, *, k: int, banding: Banding) -> Bar:
    """
    Return the bar of a metric.

    Args:
        metric: the metric.
        numbers: the value of every partner.
        cohort: which of them are compared; those with a null value are left out.
        k: fewest partners of a band; the peer set needs four times as many.
        banding: how bands are cut.
    """
    is_peer = cohort & ~numbers.is_null
    count = int(np.count_nonzero(is_peer))
    keys = numbers.order_keys()
    if count < 4 * k:
        return Bar(metric, banding, count, is_peer, keys, keys[:0], (), (), WITHHELD_FEW)
    ordered = np.sort(keys[is_peer])

    def value(key: float) -> Fraction:
        return _value(numbers, int(np.argmax(is_peer & (keys == key))))

    if banding == "quartile":
        floors, cuts = _quartiles(ordered, value)
        starts = np.searchsorted(ordered, floors, "right")
    else:
        floors, cuts = _equal_widths(ordered, value)
        starts = np.searchsorted(ordered, floors, "left")
    ends = [0, *starts.tolist(), *[count] * (BANDS - len(starts))]
    ranges = tuple(
        (band + 1, value(ordered[first]), value(ordered[last - 1]), last - first)
        for band, (first, last) in enumerate(pairwise(ends))
        if last > first
    )
    withheld = WITHHELD_SMALL if any(size < k for *_, size in ranges) else None
    return Bar(metric, banding, count, is_peer, keys, floors, ranges, cuts, withheld)


def benchmark_of(
    bar: Bar, index: int, value: Fraction | None, *, text: Callable[[Fraction], str], exact: bool
) -> Benchmark:
    """
    Return what a reader sees of a bar.

    Args:
        bar: the bar.
        index: the partner.
        value: its value; None when null.
        text: how values of the metric are written.
        exact: whether the reader sees exact ranges (program operators) or rounded ones (partners).
    """
    if bar.withheld is not None:
        return Benchmark(None, bar.peers if exact else None, (), None, bar.withheld)
    missing = None if value is None else bar.to_next_band(index, value)
    ranges = bar.ranges
    end = text if exact else exact_text
    if not exact:
        ranges = tuple(
            (band, rounded_outward(low, up=False), rounded_outward(high, up=True), size)
            for band, low, high, size in ranges
        )
        if missing is not None and value is not None:
            # The place to reach is rounded, not the way there: own value plus distance would name a peer's value.
            missing = rounded_outward(value + missing, up=True) - value
    return Benchmark(
        band=bar.band(index),
        peers=bar.peers,
        ranges=tuple(BandRange(band, end(low), end(high), size) for band, low, high, size in ranges),
        to_next_band=None if missing is None else text(missing),
        withheld=None,
    )


def _quartiles(ordered: Keys, value: Callable[[float], Fraction]) -> tuple[Keys, tuple[Fraction, ...]]:
    """
    Cut sorted peers into bands 1 + floor(4 * (peers strictly below) / n).

    At least r peers are strictly below a value exactly when it exceeds the r-th smallest, so three of the sorted
    values cut the bands. A partner that wants to leave its band has to exceed the value after that one: it is
    itself among the peers below, and leaves a gap there when it moves.
    """
    ranks = [-(-step * len(ordered) // BANDS) for step in (1, 2, 3)]
    return ordered[[rank - 1 for rank in ranks]], tuple(value(ordered[rank]) for rank in ranks)


def _equal_widths(ordered: Keys, value: Callable[[float], Fraction]) -> tuple[Keys, tuple[Fraction, ...]]:
    """Cut sorted peers by thresholds that divide the distance from the smallest to the largest value in four."""
    lowest, highest = value(ordered[0]), value(ordered[-1])
    if lowest == highest:
        return ordered[:0], ()
    cuts = tuple(lowest + Fraction(step, BANDS) * (highest - lowest) for step in (1, 2, 3))
    floors = [ordered[bisect_left(ordered, cut, key=value)] for cut in cuts]
    return np.array(floors, ordered.dtype), cuts


def _value(numbers: Numbers, index: int) -> Fraction:
    value = numbers.value(index)
    if value is None:
        raise ValueError("a null value is no peer")
    return value
