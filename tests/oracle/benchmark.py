"""The bar of four bands: peers, bands, ranges, privacy and the distance to the next band."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from oracle.credit import cohort
from oracle.metrics import measures
from oracle.selection import Filter
from oracle.world import World, remembered

QUARTILE = "quartile"
EQUAL_WIDTH = "equal_width"
TOO_FEW_PARTNERS = "too_few_partners"
SMALL_BAND = "small_band"

STEP = {
    "revenue": Fraction(1, 100),
    "new_customers": Fraction(1),
    "net_seat_adds": Fraction(1),
    "certified_people": Fraction(1),
    "production_instances": Fraction(1),
    "mau": Fraction(1, 12),
    "mau_per_assigned_seat": Fraction(1, 10**6),
    "nps": Fraction(1, 10**6),
}
"""The smallest increase of each metric that the distance to the next band is stated in."""


@dataclass(frozen=True)
class Range:
    """The least and the greatest value in a band, both included, and its number of partners."""

    band: int
    least: Fraction
    greatest: Fraction
    partners: int


@dataclass(frozen=True)
class Benchmark:
    """The benchmark of one metric under one filter; `bands` and `ranges` empty when withheld."""

    peers: dict[str, Fraction]
    bands: dict[str, int]
    ranges: list[Range]
    withheld: str | None


@remembered
def benchmark(world: World, metric: str, chosen: Filter, month: str) -> Benchmark:
    """Return the metric's benchmark among the cohort's accounts with a value."""
    peers: dict[str, Fraction] = {}
    for partner, measure in measures(world, metric, chosen, month).items():
        if partner in cohort(world, chosen, month) and measure.value is not None:
            peers[partner] = measure.value
    bands = bands_of(peers, world.settings["banding"])
    withheld = reason_to_withhold(bands, world.settings["k"])
    if withheld:
        return Benchmark(peers, {}, [], withheld)
    return Benchmark(peers, bands, ranges_of(peers, bands), None)


def bands_of(values: dict[str, Fraction], banding: str = QUARTILE) -> dict[str, int]:
    """Return the band, 1 to 4, of each peer; equal values share a band."""
    if banding == QUARTILE:
        return {name: _quartile(value, list(values.values())) for name, value in values.items()}
    if banding == EQUAL_WIDTH:
        cuts = _thresholds(values)
        return {name: 1 + sum(cut <= value for cut in cuts) for name, value in values.items()}
    raise ValueError(f"banding '{banding}' is not known")


def reason_to_withhold(bands: dict[str, int], k: int) -> str | None:
    """Return why a benchmark stays private: fewer than 4k peers, or a band with fewer than k."""
    if len(bands) < 4 * k:
        return TOO_FEW_PARTNERS
    sizes = [list(bands.values()).count(band) for band in (1, 2, 3, 4)]
    return SMALL_BAND if any(0 < size < k for size in sizes) else None


def ranges_of(values: dict[str, Fraction], bands: dict[str, int]) -> list[Range]:
    """Return the range of each non-empty band, lowest band first."""
    ranges = []
    for band in sorted(set(bands.values())):
        inside = [values[name] for name in values if bands[name] == band]
        ranges.append(Range(band, min(inside), max(inside), len(inside)))
    return ranges


def to_next_band(values: dict[str, Fraction], partner: str, step: Fraction, banding: str = QUARTILE) -> Fraction | None:
    """Return the least increase, in whole steps, that lifts a peer; None when nothing is above."""
    band = bands_of(values, banding)[partner]
    own = values[partner]
    if band == 4:
        return None
    if banding == EQUAL_WIDTH:
        cuts = _thresholds(values)
        return ceil((cuts[band - 1] - own) / step) * step if cuts else None
    others = sorted(value for name, value in values.items() if name != partner)
    needed_below = ceil(Fraction(band * len(values), 4))
    if needed_below > len(others):
        return None
    return (floor((others[needed_below - 1] - own) / step) + 1) * step


def _quartile(value: Fraction, values: list[Fraction]) -> int:
    below = sum(other < value for other in values)
    return min(4, 1 + floor(Fraction(4 * below, len(values))))


def _thresholds(values: dict[str, Fraction]) -> list[Fraction]:
    if not values:
        return []
    least, greatest = min(values.values()), max(values.values())
    if least == greatest:
        return []
    return [least + number * (greatest - least) / 4 for number in (1, 2, 3)]
