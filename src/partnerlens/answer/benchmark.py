"""The bar from 1 to 4: bands, their ranges, and when they are withheld (decisions.md 3)."""

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

from partnerlens.answer.cells import Bools
from partnerlens.answer.ranked import Ordered
from partnerlens.answer.values import RATIOS, Numbers
from partnerlens.model.edition import VISIBLE_CUSTOMERS_ONLY
from partnerlens.model.metric import Metric
from partnerlens.model.result import BandRange, Benchmark
from partnerlens.units import RATIO_DECIMALS, exact_text, quotient_text, rounded_outward

BANDS = 4
WITHHELD_FEW = "too_few_partners"
WITHHELD_SMALL = "small_band"

Banding = Literal["quartile", "equal_width"]

Pair = tuple[int, int]
"""A fraction as its numerator and denominator."""


@dataclass(frozen=True)
class Bands:
    """
    The bands of one metric under one filter; they say nothing about who asks or who is compared.

    Many of them are kept. Values are therefore pairs of whole numbers and texts, which Python's search for unused
    objects passes over; it stops every question for as long as it takes.

    Attributes:
        metric: the metric.
        banding: how bands are cut.
        peers: how many partners are compared.
        floor_pairs: see ``floors``.
        range_pairs: see ``ranges``.
        cut_pairs: see ``cuts``.
        withheld: why nothing is shown; None when it is.
    """

    metric: Metric
    banding: Banding
    peers: int
    floor_pairs: tuple[Pair, ...] = ()
    range_pairs: tuple[tuple[int, Pair, Pair, int], ...] = ()
    cut_pairs: tuple[Pair, ...] = ()
    withheld: str | None = None

    @property
    def floors(self) -> tuple[Fraction, ...]:
        """The values that a peer has to exceed (quartiles) or reach (equal width) for band 2, 3 and 4."""
        return tuple(Fraction(*pair) for pair in self.floor_pairs)

    @property
    def ranges(self) -> tuple[tuple[int, Fraction, Fraction, int], ...]:
        """For each non-empty band its number, smallest and largest value, and number of peers."""
        return tuple((band, Fraction(*low), Fraction(*high), size) for band, low, high, size in self.range_pairs)

    @property
    def cuts(self) -> tuple[Fraction, ...]:
        """The values that a peer in band 1, 2 or 3 has to exceed or reach to leave it; see ``to_next_band``."""
        return tuple(Fraction(*pair) for pair in self.cut_pairs)

    def band(self, value: Fraction | None) -> int | None:
        """Return the band of a peer's value; None for a null value, or when the bar is withheld."""
        if self.withheld is not None or value is None:
            return None
        above, below = value.numerator, value.denominator
        if self.banding == "quartile":
            return 1 + sum(floor * below < above * parts for floor, parts in self.floor_pairs)
        return 1 + sum(floor * below <= above * parts for floor, parts in self.floor_pairs)

    def to_next_band(self, value: Fraction) -> Fraction | None:
        """
        Return the smallest increase that takes a peer to a higher band while the others stay as they are.

        With quartiles the peer has to exceed the one that stands at the rank of the next band among the others;
        with equal widths it has to reach the next threshold. The result is a whole number of the metric's steps;
        None in band 4, or where the bar is withheld.
        """
        band = self.band(value)
        if band is None or band == BANDS or not self.cut_pairs:
            return None
        missing = (Fraction(*self.cut_pairs[band - 1]) - value) / self.metric.step
        steps = math.floor(missing) + 1 if self.banding == "quartile" else max(math.ceil(missing), 0)
        return steps * self.metric.step

    @property
    def exact_ranges(self) -> tuple[BandRange, ...]:
        """The bands as program operators see them."""
        return _shown(self.range_pairs, self._exact_ends)

    @property
    def rounded_ranges(self) -> tuple[BandRange, ...]:
        """The bands as partners see them, rounded outward."""
        return _shown(self.range_pairs, self._rounded_ends)

    @cached_property
    def _exact_ends(self) -> tuple[tuple[str, str], ...]:
        text = _ratio if self.metric.id in RATIOS else _exact
        return tuple((text(*low), text(*high)) for _, low, high, _ in self.range_pairs)

    @cached_property
    def _rounded_ends(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (exact_text(rounded_outward(low, up=False)), exact_text(rounded_outward(high, up=True)))
            for _, low, high, _ in self.ranges
        )


def _ratio(above: int, below: int) -> str:
    return quotient_text(above, below, RATIO_DECIMALS)


def _exact(above: int, below: int) -> str:
    return str(above) if below == 1 else exact_text(Fraction(above, below))


def _shown(ranges: tuple[tuple[int, Pair, Pair, int], ...], ends: tuple[tuple[str, str], ...]) -> tuple[BandRange, ...]:
    return tuple(BandRange(band, low, high, size) for (band, _, _, size), (low, high) in zip(ranges, ends, strict=True))


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


def make_bands(metric: Metric, peers: Ordered, *, k: int, banding: Banding, own_customers_alone: bool = False) -> Bands:
    """
    Return the bands of a metric.

    Args:
        metric: the metric.
        peers: the values of the partners that are compared, none of them null.
        k: fewest partners of a band; the peer set needs four times as many.
        banding: how bands are cut.
        own_customers_alone: whether the facts are one partner's exports; then there is nobody to compare with.
    """
    count = len(peers)
    if own_customers_alone:
        return Bands(metric, banding, count, withheld=VISIBLE_CUSTOMERS_ONLY)
    if count < BANDS * k:
        return Bands(metric, banding, count, withheld=WITHHELD_FEW)
    floors, cuts, starts = _quartiles(peers) if banding == "quartile" else _equal_widths(peers)
    ends = [0, *starts, *[count] * (BANDS - len(starts))]
    ranges = tuple(
        (band + 1, peers.value(first).as_integer_ratio(), peers.value(last - 1).as_integer_ratio(), last - first)
        for band, (first, last) in enumerate(pairwise(ends))
        if last > first
    )
    withheld = WITHHELD_SMALL if any(size < k for *_, size in ranges) else None
    floor_pairs, cut_pairs = (tuple(value.as_integer_ratio() for value in values) for values in (floors, cuts))
    return Bands(metric, banding, count, floor_pairs, ranges, cut_pairs, withheld)


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


def _quartiles(ranked: Ordered) -> Cut:
    """
    Cut peers in order into bands 1 + floor(4 * (peers strictly below) / n).

    At least r peers are strictly below a value exactly when it exceeds the r-th smallest, so three of the values in
    order cut the bands. A partner that wants to leave its band has to exceed the value after that one: it is
    itself among the peers below, and leaves a gap there when it moves.
    """
    ranks = [-(-step * len(ranked) // BANDS) for step in (1, 2, 3)]
    floors = tuple(ranked.value(rank - 1) for rank in ranks)
    return floors, tuple(ranked.value(rank) for rank in ranks), [ranked.after(rank - 1) for rank in ranks]


def _equal_widths(ranked: Ordered) -> Cut:
    """Cut peers in order by thresholds that divide the distance from the smallest to the largest value in four."""
    lowest, highest = ranked.value(0), ranked.value(len(ranked) - 1)
    if lowest == highest:
        return (), (), []
    cuts = tuple(lowest + Fraction(step, BANDS) * (highest - lowest) for step in (1, 2, 3))
    starts = [bisect_left(range(len(ranked)), cut, key=ranked.value) for cut in cuts]
    return cuts, cuts, starts
