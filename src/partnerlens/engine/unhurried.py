"""An engine for work in the background, which leaves most of a core to whoever is waiting."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

import pyarrow as pa

from partnerlens.engine.protocol import Engine

RESTS = 5
"""How many times as long as a statement took there is a rest after it: a sixth of a core is used at most."""


class Unhurried:
    """
    Runs the statements of another engine, and rests after each.

    Readers who wait for a page share the cores with what is looked for in the background; a hundred statements at a
    stretch would make each of their pages wait, with rests in between few do.

    Args:
        engine: what runs the statements; closing this engine closes it.
        rests: how many times as long as a statement took there is a rest after it.
    """

    def __init__(self, engine: Engine, rests: float = RESTS) -> None:
        """Run nothing yet."""
        self._engine = engine
        self._rests = rests

    def scan(self, name: str, files: Sequence[Path], columns: dict[str, str]) -> None:
        """Name a relation that reads Parquet files, and rest."""
        with self._rested():
            self._engine.scan(name, files, columns)

    def register(self, name: str, table: pa.Table) -> None:
        """Name a small relation that holds an Arrow table, and rest."""
        with self._rested():
            self._engine.register(name, table)

    def keep(self, name: str, select: str) -> None:
        """Run a SELECT and keep its result, and rest."""
        with self._rested():
            self._engine.keep(name, select)

    def drop(self, name: str) -> None:
        """Forget a kept relation."""
        self._engine.drop(name)

    def fetch(self, select: str) -> pa.Table:
        """Run a SELECT and return its rows, after a rest."""
        with self._rested():
            return self._engine.fetch(select)

    def stream(self, select: str, rows: int) -> pa.RecordBatchReader:
        """Run a large SELECT and return its rows in batches; they are read without rests."""
        return self._engine.stream(select, rows)

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()

    @contextmanager
    def _rested(self) -> Iterator[None]:
        begun = perf_counter()
        yield
        sleep((perf_counter() - begun) * self._rests)
