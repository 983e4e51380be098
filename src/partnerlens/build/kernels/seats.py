"""Seats, read once: the months in which subscriptions are paid, changes of paid seats, and assigned seats."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.build.kernels.activity import MonthFile, batches, narrow
from partnerlens.build.kernels.credit import ROWS_AHEAD, Dimensions, Links, Totals
from partnerlens.compiled import Ints, compiled

IN_FORCE = ("active", "in_grace")
"""States in which a subscription counts (decisions.md 1, "paid at m")."""


@dataclass(frozen=True)
class MonthSeats:
    """
    The seats of subscriptions in force in one month, in the order of subscriptions.

    Attributes:
        t: the month's bit.
        subscriptions: of each row, the subscription.
        sold: of each row, the seats sold.
        assigned: of each row, the seats assigned.
    """

    t: int
    subscriptions: Ints
    sold: Ints
    assigned: Ints


def read_seats(files: Sequence[MonthFile], workers: ThreadPoolExecutor) -> list[MonthSeats]:
    """Return the seats of each month that has any, in the order of months."""
    reading: dict[int, list[Path]] = {}
    for file in files:
        reading.setdefault(file.t, []).append(file.path)
    return list(workers.map(lambda month: _read(*month), sorted(reading.items())))


def _read(t: int, paths: Sequence[Path]) -> MonthSeats:
    columns = ["subscription_no", "state", "sold_seats", "assigned_seats"]
    found = [_in_force(batch) for path in paths for batch in batches(path, columns, text="state")]
    subscriptions, sold, assigned = (
        np.concatenate([piece[column] for piece in found] or [np.zeros(0, np.int64)]) for column in range(3)
    )
    if np.any(subscriptions[1:] < subscriptions[:-1]):
        order = np.argsort(subscriptions, kind="stable")
        subscriptions, sold, assigned = subscriptions[order], sold[order], assigned[order]
    return MonthSeats(t, subscriptions, sold, assigned)


def _in_force(rows: pa.RecordBatch) -> tuple[Ints, Ints, Ints]:
    state = rows["state"]
    counts = np.array([value in IN_FORCE for value in state.dictionary.to_pylist()], np.bool_)
    kept = np.flatnonzero(counts[state.indices.to_numpy()])
    found = [
        narrow(rows[name].to_numpy(zero_copy_only=False)[kept])
        for name in ("subscription_no", "sold_seats", "assigned_seats")
    ]
    return found[0], found[1], found[2]


def mark_seats(months: Sequence[MonthSeats], paid: Ints, seated: Ints) -> None:
    """
    Set the bits of some months where a subscription is in force, and where it has a seat as well.

    Args:
        months: the months.
        paid: by subscription number, the months in force as a mask.
        seated: by subscription number, the months with a seat as a mask.
    """
    for month in months:
        mark_months(month.subscriptions, month.sold, 1 << month.t, paid, seated)


def seat_changes(
    months: Sequence[MonthSeats],
    counted: Sequence[int],
    known: Dimensions,
    links: Links,
    workers: ThreadPoolExecutor,
) -> list[tuple[int, Ints, Ints]]:
    """Return for each counted month its cells and the changes of their paid seats (step ``seat_changes``)."""
    by_t = {month.t: month for month in months}
    totals = Totals(links.places.size)

    def changed(t: int) -> tuple[int, Ints, Ints]:
        nothing = np.zeros(0, np.int32)
        empty = MonthSeats(t, nothing, nothing, nothing)
        now, before = by_t.get(t, empty), by_t.get(t - 1, empty)
        with totals.lent() as total:
            add_changes(
                now.subscriptions,
                now.sold,
                before.subscriptions,
                before.sold,
                t,
                known.is_paid,
                known.product_of,
                links.columns,
                total,
            )
            cells, changes = taken(total)
        return t, cells, changes

    return list(workers.map(changed, counted))


def assigned_seats(
    months: Sequence[MonthSeats],
    counted: Sequence[int],
    known: Dimensions,
    links: Links,
    workers: ThreadPoolExecutor,
) -> list[tuple[int, Ints, Ints]]:
    """Return for each counted month its cells and their assigned seats (step ``assigned``)."""
    totals = Totals(links.places.size)

    def summed(month: MonthSeats) -> tuple[int, Ints, Ints]:
        with totals.lent() as total:
            add_assigned(
                month.subscriptions, month.assigned, month.t, known.customer_of, known.product_of, links.columns, total
            )
            cells, seats = taken(total)
        return month.t, cells, seats

    return list(workers.map(summed, [month for month in months if month.t in counted]))


@compiled
def mark_months(subscriptions: Ints, sold: Ints, bit: int, paid: Ints, seated: Ints) -> None:
    """Set the bit of a month where a subscription is in force, and where it has a seat as well."""
    for row in range(len(subscriptions)):
        paid[subscriptions[row]] |= bit
        if sold[row] >= 1:
            seated[subscriptions[row]] |= bit


@compiled
def add_changes(
    now: Ints,
    now_sold: Ints,
    before: Ints,
    before_sold: Ints,
    t: int,
    is_paid: npt.NDArray[np.bool_],
    product_of: Ints,
    links: tuple[Ints, Ints, Ints, Ints],
    total: Ints,
) -> None:
    """Walk two months side by side and add each subscription's change to its cells."""
    starts, bases, steps, months = links
    here, there = 0, 0
    while here < len(now) or there < len(before):
        if there == len(before) or (here < len(now) and now[here] < before[there]):
            subscription, change = np.int64(now[here]), np.int64(now_sold[here])
            here += 1
        elif here == len(now) or before[there] < now[here]:
            subscription, change = np.int64(before[there]), -np.int64(before_sold[there])
            there += 1
        else:
            subscription, change = np.int64(now[here]), np.int64(now_sold[here]) - np.int64(before_sold[there])
            here += 1
            there += 1
        if change == 0 or not is_paid[subscription]:
            continue
        # A rise is of this month's partners, a fall of those of the month before.
        holder = t if change > 0 else t - 1
        for link in range(starts[subscription], starts[subscription + 1]):
            if (months[link] >> holder) & 1:
                total[bases[link] + steps[link] * product_of[subscription]] += change


@compiled
def add_assigned(
    subscriptions: Ints,
    assigned: Ints,
    t: int,
    customer_of: Ints,
    product_of: Ints,
    links: tuple[Ints, Ints, Ints, Ints],
    total: Ints,
) -> None:
    """Add each subscription's assigned seats to its customer's cells."""
    starts, bases, steps, months = links
    cells, seats, size = np.empty(ROWS_AHEAD, np.int64), np.empty(ROWS_AHEAD, np.int64), 0
    for row in range(len(subscriptions)):
        if assigned[row] <= 0:
            continue
        customer = customer_of[subscriptions[row]]
        product = product_of[subscriptions[row]]
        for link in range(starts[customer], starts[customer + 1]):
            if (months[link] >> t) & 1:
                cells[size] = bases[link] + steps[link] * product
                seats[size] = assigned[row]
                size += 1
                if size == ROWS_AHEAD:
                    add(cells, seats, size, total)
                    size = 0
    add(cells, seats, size, total)


@compiled
def add(cells: Ints, values: Ints, size: int, total: Ints) -> None:
    """Add values to their cells; the cells are apart from how they are found, so that several are fetched at once."""
    for row in range(size):
        total[cells[row]] += values[row]


@compiled
def taken(total: Ints) -> tuple[Ints, Ints]:
    """Return the cells whose total is not zero, in order, with their totals; these are zero afterwards."""
    size = 0
    for cell in range(len(total)):
        size += total[cell] != 0
    cells, values = np.empty(size, np.int32), np.empty(size, np.int64)
    size = 0
    for cell in range(len(total)):
        if total[cell] != 0:
            cells[size] = cell
            values[size] = total[cell]
            total[cell] = 0
            size += 1
    return cells, values
