"""
Activity, read once and made small: for each user and month of use, the set of product-workload pairs.

The files of the store hold one month each and are sorted by customer and user, so the rows of one user stand together
and become one row; days are not read at all. A month that was loaded in parts has several files.

A file is read customer by customer, a row group at a time: what several months say of the same customers can be laid
together and let go of before the next are read, so the memory that this takes does not grow with the facts.
"""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

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
class RowGroups:
    """
    Row groups of a file that are read together.

    Attributes:
        first: the smallest customer number in them.
        last: the largest one; that of the groups that follow is not smaller.
        rows: how many rows they have.
        groups: their numbers.
    """

    first: int
    last: int
    rows: int
    groups: list[int]


@dataclass(frozen=True)
class ActivityFile:
    """
    A file of activity and where its customers are.

    Attributes:
        file: the file.
        metadata: what its end says.
        parts: its row groups in the order of customers.
    """

    file: MonthFile
    metadata: pq.FileMetaData
    parts: list[RowGroups]


def activity_file(file: MonthFile) -> ActivityFile:
    """Return a file of activity with its row groups: all of them together when they are not in order."""
    metadata = pq.read_metadata(file.path)
    place = metadata.schema.names.index("customer_no")
    parts: list[RowGroups] = []
    for group in range(metadata.num_row_groups):
        told = metadata.row_group(group)
        known = told.column(place).statistics
        if known is None or not known.has_min_max or (parts and known.min < parts[-1].last):
            every = list(range(metadata.num_row_groups))
            return ActivityFile(file, metadata, [RowGroups(0, np.iinfo(np.int64).max, metadata.num_rows, every)])
        parts.append(RowGroups(known.min, known.max, told.num_rows, [group]))
    return ActivityFile(file, metadata, parts)


class ActivityStream:
    """
    What users did with intent in one file, from a customer on.

    Args:
        source: the file.
        bits: given out as pairs are met.
        first: the first customer.

    Attributes:
        t: the month's bit.
    """

    def __init__(self, source: ActivityFile, bits: PairBits, first: int) -> None:
        """Open the file; nothing is read yet."""
        self.t = source.file.t
        self._parquet = pq.ParquetFile(source.file.path, metadata=source.metadata)
        self._ahead = deque(part for part in source.parts if part.last >= first)
        self._bits = bits
        self._first = first
        nothing = np.zeros(0, np.int64)
        self._read: _Piece = (nothing, nothing, nothing)

    def close(self) -> None:
        """Close the file."""
        self._parquet.close()

    def reach(self, customer: int) -> int | None:
        """
        Read on until all rows of a customer are there.

        Returns:
            The customer before which all rows are there; None at the end of the file.

        Raises:
            TooManyPairs: one word cannot hold a set of pairs.
        """
        while self._ahead:
            upcoming = self._ahead[0].first
            if upcoming > customer:
                return upcoming
            self._read_on()
        return None

    def take(self, end: int) -> tuple[Ints, Ints, Ints]:
        """
        Return the rows of customers before ``end`` that were not taken before.

        Returns:
            Customers, users and pairs, as a set, row by row. Customers ascend, and so do the users of one when
            the file is in order; a user may have two rows where a row group ends.
        """
        cut = int(np.searchsorted(self._read[0], end))
        taken = self._read[0][:cut], self._read[1][:cut], self._read[2][:cut]
        self._read = self._read[0][cut:], self._read[1][cut:], self._read[2][cut:]
        return taken

    def _read_on(self) -> None:
        rows = self._parquet.read_row_groups(self._ahead.popleft().groups, columns=list(COLUMNS), use_threads=False)
        pieces = [self._read, *(_condensed(batch, self._bits) for batch in rows.to_batches())]
        customers, users, pairs = (np.concatenate([piece[column] for piece in pieces]) for column in range(3))
        if not are_ordered(customers, users):
            order = np.lexsort((users, customers))
            customers, users, pairs = customers[order], users[order], pairs[order]
        kept = slice(int(np.searchsorted(customers, self._first)), None)
        self._read = customers[kept], users[kept], pairs[kept]


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
            return made[0, :size], made[1, :size], made[2, :size]
        stopped = -1 - size
        bits.meet(int(products[stopped]), int(workloads[stopped]))


def batches(path: Path, columns: list[str], *, text: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file a row group at a time, the texts of one column as codes, in memory that serves again."""
    with pq.ParquetFile(path, read_dictionary=[text]) as parquet:
        for group in range(parquet.num_row_groups):
            yield from parquet.read_row_group(group, columns=columns, use_threads=False).to_batches()


def narrow(values: Ints) -> Ints:
    """Return whole numbers in four bytes each where they suffice: a pass holds them for all months."""
    kind = np.int32 if values.max(initial=0) < 2**31 and values.min(initial=0) >= -(2**31) else np.int64
    return values.astype(kind, copy=False)


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
