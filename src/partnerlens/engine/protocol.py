"""What every engine can do for the rooms above: run portable statements over Parquet files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa


class Engine(Protocol):
    """
    Runs portable SQL over named relations.

    A relation is registered from Parquet files or an Arrow table, or kept from a SELECT.
    """

    def scan(self, name: str, files: Sequence[Path], columns: dict[str, str]) -> None:
        """Name a relation that reads Parquet files; with no files it is empty with the given columns and types."""

    def register(self, name: str, table: pa.Table) -> None:
        """Name a small relation that holds an Arrow table."""

    def keep(self, name: str, select: str) -> None:
        """Run a SELECT and keep its result under a name, replacing an earlier one."""

    def drop(self, name: str) -> None:
        """Forget a kept relation and free what it holds."""

    def fetch(self, select: str) -> pa.Table:
        """Run a SELECT and return its rows."""

    def stream(self, select: str, rows: int) -> pa.RecordBatchReader:
        """Run a large SELECT and return its rows in batches of at most ``rows``; nothing else may run meanwhile."""

    def close(self) -> None:
        """Free everything."""
