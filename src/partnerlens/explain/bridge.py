"""The bridge: how a number became that of the next month, as entered, corrected and rolled off."""

from dataclasses import dataclass
from fractions import Fraction

from partnerlens.explain.difference import Difference

CORRECTED = ("late_fact", "correction", "rule_change")
"""The causes that correct the number of the month before."""


@dataclass(frozen=True)
class Span:
    """
    What one part of a bridge carries.

    Attributes:
        rows: how many rows.
        amount: their sum; of rolled off rows what they take away.
    """

    rows: int
    amount: Fraction


@dataclass(frozen=True)
class BridgeSide:
    """
    The bridge of one side of a number: before + entered + corrected - rolled off = after, exactly.

    Attributes:
        side: ``numerator`` or ``denominator``.
        before: what the counted rows of the month before add up to.
        entered: rows that came with the month, and what rows that go on have gained.
        corrected: late facts, corrections and other rules, on the number of the month before.
        rolled_off: rows that went with the month, and what rows that go on have lost.
        after: what the counted rows of the month add up to.
    """

    side: str
    before: Fraction
    entered: Span
    corrected: Span
    rolled_off: Span
    after: Fraction


def bridge_sides(difference: Difference) -> tuple[BridgeSide, ...]:
    """Return the bridge of each side between the editions of two months."""

    def span(side: str, *causes: str) -> Span:
        return Span(difference.rows_there(side, *causes), difference.change(side, *causes))

    heading = difference.heading
    sides = []
    for side in heading.sides:
        rolled_off = span(side, "rolled_off")
        sides.append(
            BridgeSide(
                side=side,
                before=heading.before.sums.get(side, Fraction(0)),
                entered=span(side, "entered"),
                corrected=span(side, *CORRECTED),
                rolled_off=Span(rolled_off.rows, -rolled_off.amount),
                after=heading.after.sums.get(side, Fraction(0)),
            )
        )
    return tuple(sides)
