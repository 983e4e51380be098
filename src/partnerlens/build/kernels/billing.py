"""Billing lines, converted and added up to the cells of revenue, exactly."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa

from partnerlens.build.kernels.activity import MonthFile, batches
from partnerlens.build.kernels.credit import ROWS_AHEAD, Dimensions, Links, Totals
from partnerlens.compiled import Ints, compiled
from partnerlens.store.decimals import LARGEST, REST_UNITS, check_room

RATE_UNITS = 10**12
"""Units of a rate in 1: rates have twelve decimals."""

HALF = 10**7
"""Amounts and rates are multiplied in two halves, since a product of both does not fit 64 bits."""


def revenue(
    files: Sequence[MonthFile],
    rates: Mapping[int, Mapping[str, int]],
    counted: tuple[Ints, Ints],
    known: Dimensions,
    links: Links,
    workers: ThreadPoolExecutor,
) -> list[tuple[int, Ints, Ints, Ints]]:
    """
    Return for each month its cells and their revenue, as ten-thousandths and rests (step ``revenue``).

    Args:
        files: the billing lines.
        rates: by month and currency, the rate in units of 1e-12.
        counted: by subscription number, the first and the last month ``t`` whose lines count.
        known: the dimensions.
        links: the cells of each subscription.
        workers: where it runs.

    Raises:
        DefinitionError: amounts are too large to be added.
    """
    reading: dict[int, list[Path]] = {}
    for file in files:
        reading.setdefault(file.t, []).append(file.path)

    every = Totals(links.places.size, 2)

    def summed(month: tuple[int, list[Path]]) -> tuple[int, Ints, Ints, Ints]:
        t, paths = month
        with every.lent() as totals:
            for path in paths:
                for batch in batches(path, ["subscription_no", "amount", "currency"], text="currency"):
                    _add(batch, t, rates.get(t, {}), counted, known, links, totals)
            return t, *taken_amounts(totals)

    return list(workers.map(summed, sorted(reading.items())))


def _add(
    rows: pa.RecordBatch,
    t: int,
    rates: Mapping[str, int],
    counted: tuple[Ints, Ints],
    known: Dimensions,
    links: Links,
    totals: Ints,
) -> None:
    """Add the lines of a batch to their cells."""
    amount = rows["amount"]
    words = np.frombuffer(amount.buffers()[1], np.int64).reshape(-1, 2)
    currency = rows["currency"]
    rate_of = np.array([rates.get(value, -1) for value in currency.dictionary.to_pylist()], np.int64)
    largest = add_lines(
        rows["subscription_no"].to_numpy(),
        words[amount.offset : amount.offset + len(amount), 0],
        currency.indices.to_numpy(),
        rate_of,
        t,
        counted[0],
        counted[1],
        known.product_of,
        links.columns,
        totals,
    )
    check_room(np.array([largest]))


@compiled
def add_lines(
    subscriptions: Ints,
    amounts: Ints,
    currencies: Ints,
    rate_of: Ints,
    t: int,
    first: Ints,
    last: Ints,
    product_of: Ints,
    links: tuple[Ints, Ints, Ints, Ints],
    totals: Ints,
) -> float:
    """
    Add lines to their cells: ``totals`` holds ten-thousandths and rests.

    Returns:
        The size of the largest amount or total met, in ten-thousandths; when that is too large, the totals mean
        nothing.
    """
    starts, bases, steps, months = links
    largest = 0.0
    cells, amounts_ahead, size = np.empty(ROWS_AHEAD, np.int64), np.empty((ROWS_AHEAD, 2), np.int64), 0
    for row in range(len(subscriptions)):
        subscription = subscriptions[row]
        rate = rate_of[currencies[row]]
        if rate < 0 or t < first[subscription] or t > last[subscription]:
            continue
        largest = max(largest, abs(float(amounts[row]) * float(rate)) / REST_UNITS)
        if largest > LARGEST:
            return largest
        # a * r = (a1 * r1) * 1e14 + (a1 * r0 + a0 * r1) * 1e7 + a0 * r0, in units of 1e-18.
        a1, a0 = amounts[row] // HALF, amounts[row] % HALF
        r1, r0 = rate // HALF, rate % HALF
        left, right = a1 * r0, a0 * r1
        rest = (left % HALF + right % HALF) * HALF + a0 * r0
        whole = a1 * r1 + left // HALF + right // HALF + rest // REST_UNITS
        rest %= REST_UNITS
        for link in range(starts[subscription], starts[subscription + 1]):
            if (months[link] >> t) & 1:
                cells[size] = bases[link] + steps[link] * product_of[subscription]
                amounts_ahead[size, 0], amounts_ahead[size, 1] = whole, rest
                size += 1
                if size == ROWS_AHEAD:
                    largest = max(largest, add_amounts(cells, amounts_ahead, size, totals))
                    size = 0
    return max(largest, add_amounts(cells, amounts_ahead, size, totals))


@compiled
def add_amounts(cells: Ints, amounts: Ints, size: int, totals: Ints) -> float:
    """
    Add amounts to their cells, and return the size of the largest total met.

    Cells are apart from how they are found, so that several are fetched at once.
    """
    largest = 0.0
    for row in range(size):
        cell = cells[row]
        rest = totals[cell, 1] + amounts[row, 1]
        carried = 1 if rest >= REST_UNITS else 0
        largest = max(largest, abs(float(totals[cell, 0]) + float(amounts[row, 0])))
        totals[cell, 0] += amounts[row, 0] + carried
        totals[cell, 1] = rest - carried * REST_UNITS
    return largest


@compiled
def taken_amounts(totals: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the cells whose totals are not zero, in order, with both; these are zero afterwards."""
    size = 0
    for cell in range(len(totals)):
        size += totals[cell, 0] != 0 or totals[cell, 1] != 0
    cells, wholes, rests = np.empty(size, np.int32), np.empty(size, np.int64), np.empty(size, np.int64)
    size = 0
    for cell in range(len(totals)):
        if totals[cell, 0] != 0 or totals[cell, 1] != 0:
            cells[size] = cell
            wholes[size], rests[size] = totals[cell, 0], totals[cell, 1]
            totals[cell, 0], totals[cell, 1] = 0, 0
            size += 1
    return cells, wholes, rests
