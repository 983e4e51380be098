"""The bar from 1 to 4: bands, their ranges, and when they are withheld (decisions.md 3)."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

from partnerlens.answer.cells import Bools
from partnerlens.answer.ranked import Ranked
from partnerlens.answer.values import RATIOS, Numbers
from partnerlens.model.edition import VISIBLE_CUSTOMERS_ONLY
from partnerlens.model.metric import Metric
from partnerlens.model.result import BandRange, Benchmark
from partnerlens.units import exact_text, ratio_text, rounded_outward

BANDS = 4
WITHHELD_FEW = "too_few_partners"
WITHHELD_SMALL = "small_band"

Banding = Literal["quartile", "equal_width"]


@dataclass(frozen=True)
class Bands:
    """
    The bands of one metric under one filter; they say nothing about who asks or who is compared.

    Attributes:
        metric: the metric.
        banding: how bands are cut.
        peers: how many partners are compared.
        floors: the values that a peer has to exceed (quartiles) or reach (equal width) for band 2, 3 and 4.
        ranges: for each non-empty band its number, smallest and largest value, and number of peers.
        cuts: the values that a peer in band 1, 2 or 3 has to exceed or reach to leave it; see ``to_next_band``.
        withheld: why nothing is shown; None when it is.
    """

    metric: Metric
    banding: Banding
    peers: int
    floors: tuple[Fraction, ...]
    ranges: tuple[tuple[int, Fraction, Fraction, int], ...]
    cuts: tuple[Fraction, ...]
    withheld: str | None

    def band(self, value: Fraction | None) -> int | None:
        """Return the band of a peer's value; None for a null value, or when the bar is withheld."""
        if self.withheld is not None or value is None:
            return None
        cut = bisect_left if self.banding == "quartile" else bisect_right
        return 1 + cut(self.floors, value)

    def to_next_band(self, value: Fraction) -> Fraction | None:
        """
        Return the smallest increase that takes a peer to a higher band while the others stay as they are.

        With quartiles the peer has to exceed the one that stands at the rank of the next band among the others;
        with equal widths it has to reach the next threshold. The result is a whole number of the metric's steps;
        None in band 4, or where the bar is withheld.
        """
        band = self.band(value)
        if band is None or band == BANDS or not self.cuts:
            return None
        missing = (self.cuts[band - 1] - value) / self.metric.step
        steps = math.floor(missing) + 1 if self.banding == "quartile" else max(math.ceil(missing), 0)
        return steps * self.metric.step

    @cached_property
    def exact_ranges(self) -> tuple[BandRange, ...]:
        """The bands as program operators see them."""
        text = ratio_text if self.metric.id in RATIOS else exact_text
        return tuple(BandRange(band, text(low), text(high), size) for band, low, high, size in self.ranges)

    @cached_property
    def rounded_ranges(self) -> tuple[BandRange, ...]:
        """The bands as partners see them, rounded outward."""
        return tuple(
            BandRange(
                band,
                exact_text(rounded_outward(low, up=False)),
                exact_text(rounded_outward(high, up=True)),
                size,
            )
            for band, low, high, size in self.ranges
        )


@dataclass(frozen=True)
class Bar:
    """
    The bands of one metric under one filter, with the value of every partner.

    Attributes:
        bands: the bands.
        numbers: the value of every partner.
        is_peer: which partners are compared.
    """

    bands: Bands
    numbers: Numbers
    is_peer: Bools

    def band(self, index: int) -> int | None:
        """Return the band of a partner; None when it is no peer or the bar is withheld."""
        return self.bands.band(self.numbers.value(index)) if self.is_peer[index] else None


def make_bar(
    metric: Metric, numbers: Numbers, cohort: Bools, *, k: int, banding: Banding, own_customers_alone: bool = False
) -> Bar:
    """
    Return the bar of a metric.

    Args:
        metric: the metric.
        numbers: the value of every partner.
        cohort: which of them are compared; those with a null value are left out.
        k: fewest partners of a band; the peer set needs four times as many.
        banding: how bands are cut.
        own_customers_alone: whether the facts are one partner's exports; then there is nobody to compare with.
    """
    is_peer = cohort if numbers.denominators is None else cohort & ~numbers.is_null
    peers = numbers.where(is_peer)
    if own_customers_alone:
        count = len(peers.numerators)
        return Bar(Bands(metric, banding, count, (), (), (), VISIBLE_CUSTOMERS_ONLY), numbers, is_peer)
    return Bar(_bands(metric, peers, k=k, banding=banding), numbers, is_peer)


def _bands(metric: Metric, peers: Numbers, *, k: int, banding: Banding) -> Bands:
    """The bands of peers, none of which has a null value."""
    count = len(peers.numerators)
    if count < BANDS * k:
        return Bands(metric, banding, count, (), (), (), WITHHELD_FEW)
    ranked = Ranked(peers)
    if banding == "quartile":
        floors, cuts, starts = _quartiles(ranked)
    else:
        floors, cuts, starts = _equal_widths(ranked)
    ends = [0, *starts, *[count] * (BANDS - len(starts))]
    ranges = tuple(
        (band + 1, ranked.value(first), ranked.value(last - 1), last - first)
        for band, (first, last) in enumerate(pairwise(ends))
        if last > first
    )
    withheld = WITHHELD_SMALL if any(size < k for *_, size in ranges) else None
    return Bands(metric, banding, count, floors, ranges, cuts, withheld)


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
    return bands_shown(bar.bands, value, is_peer=bool(bar.is_peer[index]), text=text, exact=exact)


def bands_shown(
    bands: Bands, value: Fraction | None, *, is_peer: bool, text: Callable[[Fraction], str], exact: bool
) -> Benchmark:
    """
    Return what a reader sees of bands.

    Args:
        bands: the bands.
        value: the partner's value; None when null.
        is_peer: whether the partner is among those compared.
        text: how values of the metric are written.
        exact: whether the reader sees exact ranges (program operators) or rounded ones (partners).
    """
    if bands.withheld is not None:
        return Benchmark(None, bands.peers if exact else None, (), None, bands.withheld)
    missing = None if value is None or not is_peer else bands.to_next_band(value)
    if missing is not None and value is not None and not exact:
        # The place to reach is rounded, not the way there: own value plus distance would name a peer's value.
        missing = rounded_outward(value + missing, up=True) - value
    return Benchmark(
        band=bands.band(value) if is_peer else None,
        peers=bands.peers,
        ranges=bands.exact_ranges if exact else bands.rounded_ranges,
        to_next_band=None if missing is None else text(missing),
        withheld=None,
    )


Cut = tuple[tuple[Fraction, ...], tuple[Fraction, ...], list[int]]
"""The floors of bands 2, 3 and 4, the values that a peer has to pass to leave its band, and where bands start."""


def _quartiles(ranked: Ranked) -> Cut:
    """
    Cut peers in order into bands 1 + floor(4 * (peers strictly below) / n).

    At least r peers are strictly below a value exactly when it exceeds the r-th smallest, so three of the values in
    order cut the bands. A partner that wants to leave its band has to exceed the value after that one: it is
    itself among the peers below, and leaves a gap there when it moves.
    """
    ranks = [-(-step * len(ranked) // BANDS) for step in (1, 2, 3)]
    floors = tuple(ranked.value(rank - 1) for rank in ranks)
    return floors, tuple(ranked.value(rank) for rank in ranks), [ranked.after(rank - 1) for rank in ranks]


def _equal_widths(ranked: Ranked) -> Cut:
    """Cut peers in order by thresholds that divide the distance from the smallest to the largest value in four."""
    lowest, highest = ranked.value(0), ranked.value(len(ranked) - 1)
    if lowest == highest:
        return (), (), []
    cuts = tuple(lowest + Fraction(step, BANDS) * (highest - lowest) for step in (1, 2, 3))
    starts = [bisect_left(range(len(ranked)), cut, key=ranked.value) for cut in cuts]
    return cuts, cuts, starts
