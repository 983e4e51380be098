"""Where results are kept and made: the ledger and the files, the facts, the engine, and who is told of progress."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import pyarrow as pa

from partnerlens.build.kernels.facts_read import FactsRead
from partnerlens.build.kernels.kept_use import KeptUse
from partnerlens.build.kernels.parts import kernels_pay
from partnerlens.build.span import Span
from partnerlens.compiled import kernels_are_installed
from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.engine.protocol import Engine
from partnerlens.progress import Progress
from partnerlens.store import Snapshot, Store
from partnerlens.store.result_files import ResultFiles

Told = TypeVar("Told")

WRITERS = 2
"""Threads that write result files."""


@dataclass(frozen=True)
class Making:
    """
    The surroundings of a build.

    Attributes:
        store: the ledger of results; the caller holds its write lock.
        files: the result tables.
        snapshot: the facts; a replay takes those of an earlier load.
        engine: opens the engine of one pass.
        progress: told of each step.
        near_scan: whether kernels make the largest parts; None: where they pay.
    """

    store: Store
    files: ResultFiles
    snapshot: Snapshot
    engine: Callable[[], Engine]
    progress: Progress
    near_scan: bool | None = None

    @cached_property
    def read(self) -> FactsRead:
        """What kernels have read of the facts."""
        return FactsRead(self.snapshot, KeptUse(self.store.layout.use, self.snapshot))

    def held(self, keys: Iterable[str]) -> set[str]:
        """Return the keys whose results are there, with files that are whole."""
        return {
            key
            for key, record in self.store.results_find(set(keys)).items()
            if self.files.holds(record.digest, record.size_bytes)
        }

    def written(self, tables: Iterable[tuple[Told, pa.Table]]) -> Iterator[tuple[Told, int, str, int]]:
        """
        Write result tables beside the making of those that follow.

        Args:
            tables: the tables, each with what tells its writer's caller which one it is.

        Yields:
            For each table, in order, what was told of it, its rows, its digest and its size in bytes.

        Raises:
            ResourceError: no space, or the folder cannot be written.
        """
        with ThreadPoolExecutor(WRITERS) as writers:
            waiting: deque[tuple[Told, int, Future[tuple[str, int]]]] = deque()
            for told, table in tables:
                waiting.append((told, table.num_rows, writers.submit(self.files.write, table)))
                if len(waiting) > 2 * WRITERS:
                    earliest, rows, writing = waiting.popleft()
                    yield earliest, rows, *writing.result()
            for told, rows, writing in waiting:
                yield told, rows, *writing.result()

    def is_near_scan(self, engine: Engine, span: Span) -> bool:
        """
        Whether kernels make the largest parts of a pass: they are installed, and it reads so much that they pay.

        They read files of this machine, so another engine than the embedded one keeps to its own steps.
        """
        if self.near_scan is not None:
            return self.near_scan
        return isinstance(engine, DuckDBEngine) and kernels_are_installed() and kernels_pay(self.snapshot, span)
