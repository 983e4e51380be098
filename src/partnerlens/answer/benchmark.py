"""The bar from 1 to 4: bands, their ranges, and when they are withheld (decisions.md 3)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from partnerlens.answer.cells import Bools, Ints
from partnerlens.answer.values import Numbers
from partnerlens.model.metric import Metric
from partnerlens.model.result import BandRange, Benchmark
from partnerlens.units import exact_text, rounded_outward

BANDS = 4
WITHHELD_FEW = "too_few_partners"
WITHHELD_SMALL = "small_band"

Banding = Literal["quartile", "equal_width"]


@dataclass(frozen=True)
class Bar:
    """
    The bands of one metric under one filter; it says nothing about who asks.

    Attributes:
        metric: the metric.
        banding: how bands are cut.
        peers: how many partners are compared.
        bands: the band of each partner, 0 for those who are not peers.
        ranges: for each non-empty band its number, smallest and largest value, and number of peers.
        cuts: the values that a partner in band 1, 2 or 3 has to pass to leave it; see ``to_next_band``.
        withheld: why nothing is shown; None when it is.
    """

    metric: Metric
    banding: Banding
    peers: int
    bands: Ints
    ranges: tuple[tuple[int, Fraction, Fraction, int], ...]
    cuts: tuple[Fraction, ...]
    withheld: str | None

    def band(self, index: int) -> int | None:
        """Return the band of a partner; None when it is no peer or the bar is withheld."""
        band = int(self.bands[index])
        return band if band and self.withheld is None else None

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
    peers = np.flatnonzero(cohort & ~numbers.is_null).astype(np.int64)
    count = len(peers)
    bands = np.zeros(len(cohort), np.int64)
    if count < 4 * k:
        return Bar(metric, banding, count, bands, (), (), WITHHELD_FEW)
    keys = numbers.order_keys()[peers]
    if banding == "quartile":
        placed, cut_indexes = _quartiles(keys)
        cuts = tuple(_value(numbers, peers[index]) for index in cut_indexes)
    else:
        placed, cuts = _equal_widths(keys, lambda index: _value(numbers, peers[index]))
    bands[peers] = placed
    ranges = tuple(_ranges(placed, keys, lambda index: _value(numbers, peers[index])))
    withheld = WITHHELD_SMALL if any(size < k for *_, size in ranges) else None
    return Bar(metric, banding, count, bands, ranges, cuts, withheld)


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
        return Benchmark(None, bar.peers, (), None, bar.withheld)
    missing = None if value is None else bar.to_next_band(index, value)
    ranges = bar.ranges
    if not exact:
        ranges = tuple(
            (band, rounded_outward(low, up=False), rounded_outward(high, up=True), size)
            for band, low, high, size in ranges
        )
        missing = None if missing is None else rounded_outward(missing, up=True)
        text = exact_text
    return Benchmark(
        band=bar.band(index),
        peers=bar.peers,
        ranges=tuple(BandRange(band, text(low), text(high), size) for band, low, high, size in ranges),
        to_next_band=None if missing is None else text(missing),
        withheld=None,
    )


Keys = npt.NDArray[np.int64] | npt.NDArray[np.float64]


def _quartiles(keys: Keys) -> tuple[Ints, list[int]]:
    """
    Place peers in band 1 + floor(4 * (peers strictly below) / n).

    At least r peers are strictly below a value exactly when it exceeds the r-th smallest, so three order
    statistics cut the bands. The next ones are what a partner of the band below has to exceed: it is itself
    among the peers below them, and leaves a gap there when it moves.
    """
    count = len(keys)
    ranks = [-(-step * count // BANDS) for step in (1, 2, 3)]
    order = np.argpartition(keys, sorted({place for rank in ranks for place in (rank - 1, rank)}))
    thresholds = keys[order[[rank - 1 for rank in ranks]]]
    placed = 1 + (keys[:, None] > thresholds[None, :]).sum(axis=1)
    return placed.astype(np.int64), [int(order[rank]) for rank in ranks]


def _equal_widths(keys: Keys, value: Callable[[int], Fraction]) -> tuple[Ints, tuple[Fraction, ...]]:
    """Place peers by thresholds that divide the distance from the smallest to the largest value in four."""
    lowest, highest = value(int(np.argmin(keys))), value(int(np.argmax(keys)))
    if lowest == highest:
        return np.ones(len(keys), np.int64), ()
    cuts = tuple(lowest + Fraction(step, BANDS) * (highest - lowest) for step in (1, 2, 3))
    distinct, inverse = np.unique(keys, return_inverse=True)
    first = np.zeros(len(distinct), np.int64)
    first[inverse[::-1]] = np.arange(len(keys))[::-1]
    places = np.array([1 + sum(cut <= value(int(index)) for cut in cuts) for index in first.tolist()], np.int64)
    return places[inverse], cuts


def _ranges(placed: Ints, keys: Keys, value: Callable[[int], Fraction]) -> list[tuple[int, Fraction, Fraction, int]]:
    ranges = []
    for band in range(1, BANDS + 1):
        inside = np.flatnonzero(placed == band)
        if len(inside):
            low, high = inside[np.argmin(keys[inside])], inside[np.argmax(keys[inside])]
            ranges.append((band, value(int(low)), value(int(high)), len(inside)))
    return ranges


def _value(numbers: Numbers, index: int) -> Fraction:
    value = numbers.value(index)
    if value is None:
        raise ValueError("a null value is no peer")
    return value
