"""What kernels have read of the facts in one build: the passes that follow find it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from partnerlens.build.kernels.activity import MonthFile
from partnerlens.build.kernels.associations import Associations, read_associations
from partnerlens.build.kernels.credit import Dimensions
from partnerlens.build.kernels.kept_use import KeptUse, shifted
from partnerlens.build.kernels.seats import MonthSeats, mark_seats, read_seats
from partnerlens.build.span import Span
from partnerlens.compiled import Ints
from partnerlens.months import Month
from partnerlens.store import Snapshot


@dataclass(frozen=True)
class SeatMonths:
    """
    The months in which each subscription is in force, and those in which it also has a seat.

    Attributes:
        base: the month of bit 0.
        told: the months that it tells of, as a mask.
        paid: by subscription number, the months as a mask.
        seated: by subscription number, the months with a seat as a mask.
    """

    base: Month
    told: int
    paid: Ints
    seated: Ints


class FactsRead:
    """
    The facts that the passes of one build have in common.

    Args:
        snapshot: the facts.
        use: the use of the store's users.
    """

    def __init__(self, snapshot: Snapshot, use: KeptUse) -> None:
        """Read nothing yet."""
        self.use = use
        self._snapshot = snapshot
        self._dimensions: Dimensions | None = None
        self._associations: Associations | None = None
        self._seats: SeatMonths | None = None

    def dimensions(self, read: Callable[[], Dimensions]) -> Dimensions:
        """Return the dimensions, by ``read`` the first time."""
        if self._dimensions is None:
            self._dimensions = read()
        return self._dimensions

    def associations(self, subscriptions: int, workers: ThreadPoolExecutor) -> Associations:
        """
        Return the associations.

        Args:
            subscriptions: one more than the largest subscription number.
            workers: where the reading runs.
        """
        if self._associations is None:
            self._associations = read_associations(self._snapshot.files("associations"), subscriptions, workers)
        return self._associations

    def seat_months(
        self,
        span: Span,
        subscriptions: int,
        files: Sequence[MonthFile],
        read: Callable[[], Sequence[MonthSeats]],
        workers: ThreadPoolExecutor,
    ) -> tuple[Ints, Ints]:
        """
        Return by subscription number the months of a pass in force, and those of them with a seat, as masks.

        Args:
            span: the months of the pass.
            subscriptions: one more than the largest subscription number.
            files: the files of the table with months of the pass.
            read: reads the seats of all these files, for a pass that needs them again.
            workers: where the reading runs otherwise.
        """
        every = sum(1 << t for t in range(len(span.months)))
        held = self._seats
        if held is None:
            paid, seated = np.zeros(subscriptions, np.int64), np.zeros(subscriptions, np.int64)
            mark_seats(read(), paid, seated)
        else:
            moved = held.base - span.base
            told = (held.told << moved if moved >= 0 else held.told >> -moved) & every
            paid, seated = (shifted(months, moved) & told for months in (held.paid, held.seated))
            mark_seats(read_seats([file for file in files if not told >> file.t & 1], workers), paid, seated)
        self._seats = SeatMonths(span.base, every, paid, seated)
        return paid, seated
