"""Drawings as numbers: where the line of a sparkline runs, and where bars stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

WIDTH = 220
HEIGHT = 48
_EDGE = 3


@dataclass(frozen=True)
class Spark:
    """
    A line of values in a box of 220 by 48.

    Attributes:
        line: the path of the line, with a gap where there is no value.
        under: the path of the area below it.
        said: what the line shows, in a sentence.
    """

    line: str
    under: str
    said: str


def spark(values: Sequence[Decimal | None], said: str) -> Spark | None:
    """
    Return the line of some values, from the smallest at the bottom to the largest at the top; None without values.

    >>> spark([Decimal(0), None, Decimal(10)], "").line
    'M0 45L0 45M220 3L220 3'
    """
    present = [value for value in values if value is not None]
    if not present or len(values) < 2:
        return None
    low, spread = min(present), max(present) - min(present)

    def height(value: Decimal) -> float:
        share = float((value - low) / spread) if spread else 0.5
        return round(HEIGHT - _EDGE - share * (HEIGHT - 2 * _EDGE), 1)

    runs: list[list[str]] = []
    unders = []
    for place, value in enumerate(values):
        if value is None:
            continue
        point = f"{_short(place * WIDTH / (len(values) - 1))} {_short(height(value))}"
        if place and values[place - 1] is not None:
            runs[-1].append(point)
        else:
            runs.append([point])
    for run in runs:
        first, last = run[0].split()[0], run[-1].split()[0]
        unders.append(f"M{first} {HEIGHT}L" + "L".join(run) + f"L{last} {HEIGHT}Z")
    line = "".join(f"M{run[0]}L" + "L".join(run[1:] or run) for run in runs)
    return Spark(line=line, under="".join(unders), said=said)


def share(part: float, whole: float) -> float:
    """
    Return a part in hundredths of the whole, within 0 and 100.

    >>> share(59.4, 100), share(1, 0), share(-3, 10)
    (59.4, 0.0, 0.0)
    """
    return round(min(max(part / whole, 0.0), 1.0) * 100, 2) if whole else 0.0


@lru_cache(maxsize=2000)
def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
