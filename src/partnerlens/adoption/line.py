"""Lines: the licences of one customer and product, of all partners and a partner's own, and what explains an excess."""

from dataclasses import dataclass
from fractions import Fraction

from partnerlens.adoption.counts import Counts

TURNOVER, ENDED, UNSOLD, SOCIAL, SERVICES = "D-09a", "D-09b", "D-09c", "D-09d", "D-09e"
"""The causes of usage above 100 % (domain.md part 7)."""


def _message(text: str) -> str:
    """Mark a text as a message, to be translated where it is shown."""
    return text


CAUSES = {
    TURNOVER: _message("Licences went from one user to another within the 28 days; both count as active."),
    ENDED: _message(
        "A second subscription of the product is suspended or has ended: its users count, its licences do not."
    ),
    UNSOLD: _message("A trial or another licence that nobody bought: its users count, its licences do not."),
    SOCIAL: _message("Yammer is used by more people than are entitled to it."),
    SERVICES: _message("The feed counts users by service, so one user of several services counts for each."),
}
"""What each cause says."""


@dataclass(frozen=True)
class Excess:
    """
    What may explain that more licences are active than sold.

    Attributes:
        moved: licences that may have gone from one user to another within the 28 days, at most (D-09a).
        ended_seats: licences of subscriptions of the product that are suspended, or ended within the month (D-09b).
        unsold_seats: licences of trials and others that nobody bought (D-09c).
        elsewhere: those active who used more than Yammer (D-09d).
        largest: the largest count of one service, where users are counted by service (D-09e).
        largest_elsewhere: the largest one that is not Yammer's.
        services: how many services were counted.
    """

    moved: int
    ended_seats: int
    unsold_seats: int
    elsewhere: int
    largest: int
    largest_elsewhere: int
    services: int

    def corrected(self, counts: Counts) -> Counts:
        """
        Return the counts as they would be without the causes: entitlements that users had, and each user once.

        Turnover explains no more than what is left above the entitlements when the other causes are taken away.

        Args:
            counts: those with the excess.
        """
        active, _ = self._without_services(counts)
        entitled = counts.measured + self.ended_seats + self.unsold_seats
        return Counts(counts.sold, counts.assigned, active - min(self.moved, max(active - entitled, 0)), entitled)

    def causes(self, counts: Counts) -> tuple[str, ...]:
        """Return the codes of the causes that are found, in order; empty where none is."""
        active, changed = self._without_services(counts)
        entitled = counts.measured + self.ended_seats + self.unsold_seats
        found = {
            TURNOVER: self.moved > 0 and active > entitled,
            ENDED: self.ended_seats > 0,
            UNSOLD: self.unsold_seats > 0,
            SOCIAL: SOCIAL in changed,
            SERVICES: SERVICES in changed,
        }
        return tuple(code for code, holds in found.items() if holds)

    def _without_services(self, counts: Counts) -> tuple[int, frozenset[str]]:
        """Those active when each is counted for one service, and Yammer for no more than its entitlements."""
        active, changed = counts.active or 0, set()
        if self.services > 1 and self.largest < active:
            active = self.largest
            changed.add(SERVICES)
        elsewhere = self.largest_elsewhere if SERVICES in changed else self.elsewhere
        without = max(elsewhere, min(active, counts.measured))
        if without < active:
            active = without
            changed.add(SOCIAL)
        return active, frozenset(changed)


@dataclass(frozen=True)
class Line:
    """
    The licences of one customer and product at the end of the data month.

    Attributes:
        customer_id: the customer.
        customer_name: its name.
        country: its location.
        product_id: the product.
        product_name: its name.
        family: the product's family.
        all: the licences of all partners and direct purchases.
        own: those of the subscriptions that credit the partner; None for the whole program.
        method: how active licences are counted: ``users_28_days``, ``monthly_counts`` or ``active_seats``; None where
            no use is known.
        own_method: the same for the partner's own.
        excess: what may explain usage above 100 %; None where there is no such usage.
    """

    customer_id: str
    customer_name: str
    country: str
    product_id: str
    product_name: str
    family: str
    all: Counts
    own: Counts | None
    method: str | None
    own_method: str | None
    excess: Excess | None = None

    @property
    def unassigned(self) -> int:
        """Licences that are sold and not assigned."""
        return max(self.all.sold - self.all.assigned, 0)

    @property
    def inactive(self) -> int:
        """Licences that are assigned and not active, as far as use is known."""
        if self.all.active is None or self.all.measured < self.all.sold:
            return 0
        return max(min(self.all.assigned, self.all.sold) - self.all.active, 0)

    @property
    def unused(self) -> int:
        """Licences that are sold and not in use: not assigned, or assigned and not active."""
        return self.unassigned + self.inactive

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes found of usage above 100 %."""
        return self.excess.causes(self.all) if self.excess else ()

    @property
    def corrected(self) -> Counts:
        """The counts without what inflates usage; the same ones where nothing does."""
        return self.excess.corrected(self.all) if self.excess else self.all

    @property
    def corrected_usage(self) -> Fraction | None:
        """Usage without what inflates it; None where it is not above 100 %."""
        return self.corrected.usage if self.excess else None


@dataclass(frozen=True)
class Pair:
    """
    The licences of one customer and product by workload: the product's licences, and the active ones of the workload.

    Attributes:
        line: the same with ``active`` and ``measured`` of the workload.
        workload: what the workload is counted under.
    """

    line: Line
    workload: str


@dataclass(frozen=True)
class LeftOut:
    """
    Licences that are not counted because nobody bought them (D-29).

    Attributes:
        customer_id: the customer.
        product_id: the product.
        licence: ``trial``, ``free``, ``internal``, or ``viral`` for seats without any invoice.
        subscriptions: how many subscriptions.
        seats: their sold seats.
    """

    customer_id: str
    product_id: str
    licence: str
    subscriptions: int
    seats: int
