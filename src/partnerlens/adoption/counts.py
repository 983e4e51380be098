"""Licences sold, assigned and active, and the ratios made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Counts:
    """
    Licences at the end of a month.

    Counts add up, so that a percentage of a portfolio is the ratio of sums: each customer weighs by its licences.

    Attributes:
        sold: licences sold, which are the entitlements: of active and in-grace subscriptions.
        assigned: licences assigned to users.
        active: licences used in the last 28 days; None where no use is known.
        measured: the sold licences whose use is known: the denominator of usage.
    """

    sold: int = 0
    assigned: int = 0
    active: int | None = None
    measured: int = 0

    @property
    def deployment(self) -> Fraction | None:
        """Assigned licences per sold one, which may be above 1; None where none is sold."""
        return Fraction(self.assigned, self.sold) if self.sold else None

    @property
    def usage(self) -> Fraction | None:
        """Active licences per entitlement, which may be above 1; None where no use of any is known."""
        return Fraction(self.active, self.measured) if self.measured and self.active is not None else None

    def __add__(self, other: "Counts") -> "Counts":
        """Return the sums."""
        known = [active for active in (self.active, other.active) if active is not None]
        return Counts(
            self.sold + other.sold,
            self.assigned + other.assigned,
            sum(known) if known else None,
            self.measured + other.measured,
        )


def total(counts: Iterable[Counts]) -> Counts:
    """
    Return the sums of counts.

    >>> total([Counts(10, 8, 4, 10), Counts(30, 6)])
    Counts(sold=40, assigned=14, active=4, measured=10)
    """
    found = Counts()
    for entry in counts:
        found += entry
    return found
