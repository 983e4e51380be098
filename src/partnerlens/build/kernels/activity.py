"""
Activity, read once and made small: for each user and month of use, the set of product-workload pairs.

The files of the store hold one month each and are sorted by customer and user, so the rows of one user stand together
and become one row; days are not read at all. A month that was loaded in parts has several files.
"""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from partnerlens.build.kernels.credit import starts_of
from partnerlens.build.step import WORD_BITS
from partnerlens.compiled import Ints, compiled

THREADS = os.cpu_count() or 1
"""Threads that read and compute."""

COLUMNS = ("customer_no", "user_no", "product_no", "workload_no", "intentional")

ROW_GROUPS_AT_ONCE = 4

_Piece = tuple[Ints, Ints, Ints]
"""Customers, users and pairs, row by row."""


class TooManyPairs(Exception):  # noqa: N818 (a way out, not an error)
    """More pairs of product and workload are in use than one word has bits."""


class PairBits:
    """
    The bit of each pair of product and workload that is in use, given out as pairs are met.

    Args:
        products: the largest product number.
        workloads: the largest workload number.

    Attributes:
        bits: the bit by product and workload number; -1 for pairs not met yet.
    """

    def __init__(self, products: int, workloads: int) -> None:
        """Know no pair."""
        self.bits = np.full((products + 1, workloads + 1), -1, np.int64)
        self._found: list[tuple[int, int]] = []
        self._lock = Lock()

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of product and workload number, by bit."""
        return list(self._found)

    def meet(self, product: int, workload: int) -> int:
        """
        Return the bit of a pair.

        Raises:
            TooManyPairs: there is no bit left.
        """
        with self._lock:
            if self.bits[product, workload] < 0:
                if len(self._found) == WORD_BITS:
                    raise TooManyPairs
                self.bits[product, workload] = len(self._found)
                self._found.append((product, workload))
            return int(self.bits[product, workload])


@dataclass(frozen=True)
class MonthFile:
    """A file of activity and the bit of its month in the masks of the pass."""

    path: Path
    t: int


@dataclass(frozen=True)
class MonthUse:
    """
    What users did in one month.

    Attributes:
        t: the month's bit.
        starts: for each customer number, the first of its rows; one more at the end.
        users: the user of each row; the rows of a customer are in the order of users, and a user has a row in each
            file of the month.
        pairs: the pairs of each row, as a set.
    """

    t: int
    starts: Ints
    users: Ints
    pairs: Ints


def read_activity(
    files: Sequence[MonthFile], bits: PairBits, customers: int, workers: ThreadPoolExecutor
) -> list[MonthUse]:
    """
    Return what users did with intent, month by month.

    Args:
        files: the files.
        bits: given out as pairs are met.
        customers: one more than the largest customer number.
        workers: where the reading runs.

    Raises:
        TooManyPairs: one word cannot hold a set of pairs.
    """
    months: dict[int, list[Future[_Piece]]] = {}
    for file in files:
        groups = pq.read_metadata(file.path).num_row_groups
        months.setdefault(file.t, []).extend(
            workers.submit(_read, file, range(first, min(first + ROW_GROUPS_AT_ONCE, groups)), bits)
            for first in range(0, groups, ROW_GROUPS_AT_ONCE)
        )
    # Work starts in the order of asking, so the pieces that a month waits for are never behind it.
    uses = [workers.submit(_month_use, t, pieces, customers) for t, pieces in months.items()]
    return [use.result() for use in uses]


def _read(file: MonthFile, groups: range, bits: PairBits) -> _Piece:
    """The customers, users and pairs of some row groups."""
    with pq.ParquetFile(file.path) as parquet:
        rows = parquet.read_row_groups(list(groups), columns=list(COLUMNS), use_threads=False)
    found = [_condensed(batch, bits) for batch in rows.to_batches()]
    return (
        np.concatenate([piece[0] for piece in found]),
        np.concatenate([piece[1] for piece in found]),
        np.concatenate([piece[2] for piece in found]),
    )


def _condensed(rows: pa.RecordBatch, bits: PairBits) -> _Piece:
    customers, users, products, workloads = (rows[name].to_numpy(zero_copy_only=True) for name in COLUMNS[:4])
    flags = rows["intentional"]
    intentional = np.frombuffer(flags.buffers()[1], np.uint8)
    made = np.empty((3, len(customers)), np.int64)
    while True:
        size = condense(
            customers,
            users,
            products,
            workloads,
            intentional,
            flags.offset,
            bits.bits,
            made[0],
            made[1],
            made[2],
        )
        if size >= 0:
            return narrow(made[0, :size].copy()), narrow(made[1, :size].copy()), narrow(made[2, :size].copy())
        stopped = -1 - size
        bits.meet(int(products[stopped]), int(workloads[stopped]))


def narrow(values: Ints) -> Ints:
    """Return whole numbers in four bytes each where they suffice: a pass holds them for all months."""
    kind = np.int32 if values.max(initial=0) < 2**31 and values.min(initial=0) >= -(2**31) else np.int64
    return values.astype(kind, copy=False)


def _month_use(t: int, pieces: Sequence[Future[_Piece]], customers: int) -> MonthUse:
    """The rows of a month, found by customer."""
    found = [piece.result() for piece in pieces]
    who, users, pairs = (np.concatenate([piece[column] for piece in found]) for column in range(3))
    if not are_ordered(who, users):
        order = np.lexsort((users, who))
        who, users, pairs = who[order], users[order], pairs[order]
    return MonthUse(t, starts_of(who, customers), users, pairs)


@compiled
def condense(
    customers: Ints,
    users: Ints,
    products: Ints,
    workloads: Ints,
    intentional: npt.NDArray[np.uint8],
    offset: int,
    bits: Ints,
    made_customers: Ints,
    made_users: Ints,
    made_pairs: Ints,
) -> int:
    """
    Write one row for each run of rows of one user, with the pairs used, and return how many.

    Stops at a row with a pair that has no bit yet, and returns -1 less the row.
    """
    size = 0
    latest = -1
    for row in range(len(customers)):
        place = row + offset
        if (intentional[place >> 3] >> (place & 7)) & 1 == 0:
            continue
        customer = customers[row]
        bit = bits[products[row], workloads[row]]
        if bit < 0:
            return -1 - row
        user = users[row]
        if user == latest and made_customers[size - 1] == customer:
            made_pairs[size - 1] |= 1 << bit
        else:
            made_customers[size] = customer
            made_users[size] = user
            made_pairs[size] = 1 << bit
            size += 1
            latest = user
    return size


@compiled
def are_ordered(customers: Ints, users: Ints) -> bool:
    """Whether rows are in the order of customers and their users."""
    for row in range(1, len(customers)):
        if customers[row] < customers[row - 1]:
            return False
        if customers[row] == customers[row - 1] and users[row] < users[row - 1]:
            return False
    return True
