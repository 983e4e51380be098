"""Billing lines, converted and added up to the cells of revenue, exactly."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from partnerlens.build.kernels.activity import MonthFile
from partnerlens.build.kernels.credit import Dimensions, Links
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

    def summed(month: tuple[int, list[Path]]) -> tuple[int, Ints, Ints, Ints]:
        t, paths = month
        cells = len(links.places.partners) * links.places.products
        totals = (np.zeros(cells, np.int64), np.zeros(cells, np.int64), np.zeros(cells, np.bool_))
        found = []
        for path in paths:
            with pq.ParquetFile(path, read_dictionary=["currency"]) as parquet:
                rows = parquet.read(columns=["subscription_no", "amount", "currency"], use_threads=False)
            found += [_added(batch, t, rates.get(t, {}), counted, known, links, totals) for batch in rows.to_batches()]
        touched = np.concatenate([*found, np.zeros(0, np.int64)])
        return t, touched, totals[0][touched], totals[1][touched]

    return list(workers.map(summed, sorted(reading.items())))


def _added(
    rows: pa.RecordBatch,
    t: int,
    rates: Mapping[str, int],
    counted: tuple[Ints, Ints],
    known: Dimensions,
    links: Links,
    totals: tuple[Ints, Ints, npt.NDArray[np.bool_]],
) -> Ints:
    """Add the lines of a batch; return the cells that were touched for the first time."""
    amount = rows["amount"]
    words = np.frombuffer(amount.buffers()[1], np.int64).reshape(-1, 2)
    currency = rows["currency"]
    rate_of = np.array([rates.get(value, -1) for value in currency.dictionary.to_pylist()], np.int64)
    touched, largest = add_lines(
        rows["subscription_no"].to_numpy(),
        words[amount.offset : amount.offset + len(amount), 0].copy(),
        rate_of[currency.indices.to_numpy()],
        t,
        counted[0],
        counted[1],
        known.product_of,
        (links.starts, links.bases, links.steps, links.months),
        totals,
    )
    check_room(np.array([largest]))
    return touched


@compiled
def add_lines(
    subscriptions: Ints,
    amounts: Ints,
    rates: Ints,
    t: int,
    first: Ints,
    last: Ints,
    product_of: Ints,
    links: tuple[Ints, Ints, Ints, Ints],
    totals: tuple[Ints, Ints, npt.NDArray[np.bool_]],
) -> tuple[Ints, float]:
    """
    Add lines to their cells.

    Returns:
        The cells touched for the first time, and the size of the largest amount or total met, in ten-thousandths.
        When that is too large, the totals mean nothing.
    """
    starts, bases, steps, months = links
    wholes, rests, is_touched = totals
    touched, size = np.empty(1024, np.int64), 0
    largest = 0.0
    for row in range(len(subscriptions)):
        subscription = subscriptions[row]
        if rates[row] < 0 or t < first[subscription] or t > last[subscription]:
            continue
        # a * r = (a1 * r1) * 1e14 + (a1 * r0 + a0 * r1) * 1e7 + a0 * r0, in units of 1e-18.
        a1, a0 = amounts[row] // HALF, amounts[row] % HALF
        r1, r0 = rates[row] // HALF, rates[row] % HALF
        largest = max(largest, abs(float(amounts[row]) * float(rates[row])) / REST_UNITS)
        if largest > LARGEST:
            return touched[:size], largest
        left, right = a1 * r0, a0 * r1
        rest = (left % HALF + right % HALF) * HALF + a0 * r0
        whole = a1 * r1 + left // HALF + right // HALF + rest // REST_UNITS
        rest %= REST_UNITS
        for link in range(starts[subscription], starts[subscription + 1]):
            if (months[link] >> t) & 1:
                cell = bases[link] + steps[link] * product_of[subscription]
                if not is_touched[cell]:
                    is_touched[cell] = True
                    if size == len(touched):
                        touched = np.concatenate((touched, touched))
                    touched[size] = cell
                    size += 1
                largest = max(largest, abs(float(wholes[cell]) + float(whole)))
                wholes[cell] += whole
                rests[cell] += rest
                if rests[cell] >= REST_UNITS:
                    rests[cell] -= REST_UNITS
                    wholes[cell] += 1
    return touched[:size], largest
