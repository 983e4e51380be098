"""
Who used what in which months, kept from build to build.

Activity is by far the largest table, and most of it does not change: a build reads the months that are new to it or
that a load touched since, and finds the others here, as one row for each user and pair of product and workload with
the months as a mask.
"""

import json
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import numpy as np
import pyarrow as pa

from partnerlens.build.kernels.activity import MonthFile, PairBits
from partnerlens.build.kernels.merging import merged_use
from partnerlens.build.kernels.users import UserRows
from partnerlens.build.step import WORD_BITS, code_digest
from partnerlens.compiled import Ints, compiled
from partnerlens.engine.protocol import Engine
from partnerlens.months import Month
from partnerlens.store import Snapshot

LARGEST_NUMBERS = {"customers": "customer_no", "products": "product_no", "workloads": "workload_no"}
"""The dimensions whose largest numbers size the arrays."""

ROWS_AT_ONCE = 1 << 20
"""Rows of the file that are packed together."""

Content = list[str]
"""The digests of the files of a month, in order."""


@dataclass(frozen=True)
class Use:
    """
    The months of use of every user and pair.

    Attributes:
        base: the month of bit 0.
        pairs: by bit number, the product and workload number.
        starts: by customer number, the first of its rows; one more at the end.
        users: of each row, the user, ascending within a customer.
        bits: of each row, the number of the pair's bit.
        months: of each row, the months as a mask; none is empty.
        known: the months that it tells of, each with the content of its facts then.
    """

    base: Month
    pairs: list[tuple[int, int]]
    starts: Ints
    users: Ints
    bits: Ints
    months: Ints
    known: Mapping[Month, Content] = field(repr=False)

    def rows(self, customers: int, base: Month) -> UserRows:
        """Return the rows of customers with numbers below ``customers``, with months counted from ``base``."""
        starts = np.append(self.starts, np.full(max(0, customers + 1 - len(self.starts)), self.starts[-1]))
        return starts[: customers + 1], self.users, self.bits, shifted(self.months, self.base - base)


class KeptUse:
    """
    The use of a store's users, in a file beside the results.

    Args:
        path: the file; it may be missing, and is one that can be made again from facts. None to keep nothing.
        snapshot: the facts.
    """

    def __init__(self, path: Path | None, snapshot: Snapshot) -> None:
        """Remember both; nothing is read yet."""
        self._path = path
        self._snapshot = snapshot
        self._use: Use | None = None
        self._writing: Thread | None = None

    def of(self, months: Collection[Month], largest: Mapping[str, int], workers: ThreadPoolExecutor) -> Use:
        """
        Return the use of some months; others may be in it, as they were when they were read.

        What is read anew is written down in the background, see ``keep``.

        Args:
            months: the months; the first and the last are less than a word's bits apart.
            largest: see ``largest_numbers``.
            workers: where reading and merging run.

        Raises:
            TooManyPairs: one word cannot hold a set of pairs.
        """
        content = {month: self._content(month) for month in months}
        held = self._use or self._read() or _nothing(max(months))
        newest = max([*months, *(month for month in held.known if month - min(months) < WORD_BITS)])
        base = newest - (WORD_BITS - 1)
        known = {month: files for month, files in held.known.items() if base <= month <= newest}
        stale = [month for month in sorted(content) if known.get(month) != content[month]]
        if stale:
            told = known | {month: content[month] for month in stale}
            held = self._merged(held, base, told, stale, largest, workers)
            self._begin_to_keep(held)
        self._use = held
        return held

    def keep(self) -> None:
        """Wait until the file holds what is new; without room for it the next build reads more, and that is all."""
        if self._writing is not None:
            self._writing.join()
            self._writing = None

    def _begin_to_keep(self, use: Use) -> None:
        """Write the file beside what the build makes of it."""
        self.keep()
        if self._path is not None:
            self._writing = Thread(target=_write, args=(self._path, use), name="use")
            self._writing.start()

    def _content(self, month: Month) -> Content:
        return sorted(file.sha256 for file in self._snapshot.fact_files("activity", month, month))

    def _read(self) -> Use | None:
        """What is kept; None when nothing is, or another version kept it."""
        if self._path is None:
            return None
        try:
            with pa.memory_map(str(self._path)) as source, pa.ipc.open_file(source) as file:
                told = json.loads((file.schema.metadata or {})[b"use"])
                if told["code"] != code_digest():
                    return None
                rows = _read_rows(file, told["customers"], told["rows"])
        except (OSError, pa.ArrowException, KeyError, ValueError, IndexError):
            return None
        return Use(
            Month.parse(told["base"]),
            [(product, workload) for product, workload in told["pairs"]],
            *rows,
            {Month.parse(month): files for month, files in told["known"].items()},
        )

    def _merged(
        self,
        held: Use,
        base: Month,
        known: Mapping[Month, Content],
        stale: Collection[Month],
        largest: Mapping[str, int],
        workers: ThreadPoolExecutor,
    ) -> Use:
        """What is held, with the stale months read again."""
        bits = PairBits(largest["products"], largest["workloads"])
        for pair in held.pairs:
            bits.meet(*pair)
        customers = largest["customers"] + 1
        files = [
            MonthFile(self._snapshot.folder / file.path, file.month - base)
            for month in stale
            for file in self._snapshot.fact_files("activity", month, month)
            if file.month is not None
        ]
        lasting = sum(1 << (month - base) for month in known if month not in stale)
        starts, users, numbers_of_bits, months = held.rows(customers, base)
        rows = merged_use((starts, users, numbers_of_bits, months & lasting), files, bits, workers)
        return Use(base, bits.pairs, *rows, known)


def _write(path: Path, use: Use) -> None:
    told = {
        "code": code_digest(),
        "base": str(use.base),
        "pairs": use.pairs,
        "known": {str(month): files for month, files in use.known.items()},
        "customers": len(use.starts) - 1,
        "rows": len(use.users),
    }
    unfinished = path.with_suffix(".writing")
    schema = _batch(use, 0, 0).schema.with_metadata({"use": json.dumps(told)})
    with suppress(OSError):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with pa.ipc.new_file(unfinished, schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as file:
                for first in range(0, len(use.users), ROWS_AT_ONCE):
                    file.write_batch(_batch(use, first, min(first + ROWS_AT_ONCE, len(use.users))))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def _batch(use: Use, first: int, end: int) -> pa.RecordBatch:
    """Some rows with their customers."""
    low, high = np.searchsorted(use.starts, [first, end], side="right") - 1
    edges = np.clip(use.starts[low : high + 2], first, end)
    owners = np.repeat(np.arange(low, low + len(edges) - 1, dtype=np.int32), np.diff(edges))
    rows = slice(first, end)
    return pa.record_batch(
        {"customer_no": owners, "user_no": use.users[rows], "bit": use.bits[rows], "months": use.months[rows]}
    )


def _read_rows(file: pa.ipc.RecordBatchFileReader, customers: int, rows: int) -> UserRows:
    """The rows of a file, unpacked some at a time in memory that serves again."""
    starts = np.zeros(customers + 1, np.int64)
    users, bits, months = (np.empty(rows, field.type.to_pandas_dtype()) for field in list(file.schema)[1:])
    first = 0
    for number in range(file.num_record_batches):
        batch = file.get_batch(number)
        count_rows(batch.column(0).to_numpy(), starts[1:])
        for column, place in ((users, 1), (bits, 2), (months, 3)):
            column[first : first + len(batch)] = batch.column(place).to_numpy()
        first += len(batch)
    if first != rows:
        raise ValueError("rows are missing")
    np.cumsum(starts, out=starts)
    return starts, users, bits, months


def largest_numbers(engine: Engine) -> dict[str, int]:
    """Return the largest number of customers, products and workloads, by table; the engine has these by name."""
    return {
        table: int(engine.fetch(f"SELECT coalesce(max({number}), 0) AS no FROM {table}")["no"][0].as_py())
        for table, number in LARGEST_NUMBERS.items()
    }


def shifted(months: Ints, by: int) -> Ints:
    """Return masks of months, counted from ``by`` months earlier."""
    found: Ints = months << by if by >= 0 else months >> -by
    return found


@compiled
def count_rows(owners: Ints, rows: Ints) -> None:
    """Add the number of rows of each customer to ``rows``."""
    for row in range(len(owners)):
        rows[owners[row]] += 1


def _nothing(month: Month) -> Use:
    nothing = np.zeros(0, np.int64)
    return Use(month, [], np.zeros(1, np.int64), nothing.astype(np.int32), nothing.astype(np.int8), nothing, known={})
