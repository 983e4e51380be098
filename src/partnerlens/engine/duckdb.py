"""The embedded engine: DuckDB in this process, out of core, with no access to anything but the files it is given."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self
from weakref import finalize

import duckdb
import pyarrow as pa

from partnerlens.errors import PartnerlensError, ResourceError

VERSION = duckdb.__version__


class DuckDBEngine:
    """
    One in-memory DuckDB database that spills to a temporary folder.

    Args:
        temporary: folder for spilled data; a new one in the system's place when None.
        memory_limit: most memory that DuckDB may hold, such as ``4GB``; DuckDB's default when None.
        threads: number of threads; all cores when None.
    """

    def __init__(
        self, *, temporary: Path | None = None, memory_limit: str | None = None, threads: int | None = None
    ) -> None:
        """Open the database in UTC with extension downloads switched off."""
        self._own_folder = None if temporary else tempfile.TemporaryDirectory(prefix="partnerlens-")
        folder = temporary or Path(self._own_folder.name if self._own_folder else ".")
        settings: dict[str, Any] = {
            "temp_directory": str(folder),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if memory_limit:
            settings["memory_limit"] = memory_limit
        if threads:
            settings["threads"] = threads
        self._connection = duckdb.connect(":memory:", config=settings)
        # Rows have no order unless a statement asks for one; saying so lets large scans run in parallel
        # with bounded memory.
        self._connection.execute("SET preserve_insertion_order = false")
        self._connection.execute("SET TimeZone = 'UTC'")
        # The bar would be drawn on standard output, which belongs to the answer.
        self._connection.execute("SET enable_progress_bar = false")
        # At 500 M rows the engine's own file cache fights the page cache (performance.md, part 4).
        self._connection.execute("SET enable_external_file_cache = false")

    def scan(self, name: str, files: Sequence[Path], columns: dict[str, str]) -> None:
        """Name a view over Parquet files, or an empty relation of the given columns."""
        if files:
            listed = ", ".join(_literal(str(file)) for file in files)
            chosen = ", ".join(f'"{column}"' for column in columns)
            select = f"SELECT {chosen} FROM read_parquet([{listed}], hive_partitioning = false)"
        else:
            chosen = ", ".join(f'CAST(NULL AS {kind}) AS "{column}"' for column, kind in columns.items())
            select = f"SELECT {chosen} WHERE false"
        self.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {select}')

    def register(self, name: str, table: pa.Table) -> None:
        """Keep an Arrow table under a name."""
        with self._named(table) as source:
            self.keep(name, f"SELECT * FROM {source}")

    def keep(self, name: str, select: str) -> None:
        """Keep the result of a SELECT as a temporary table."""
        self.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {select}')

    def drop(self, name: str) -> None:
        """Drop a kept table."""
        self.execute(f'DROP TABLE IF EXISTS "{name}"')

    def fetch(self, select: str) -> pa.Table:
        """Return the rows of a SELECT."""
        with _explained():
            return self._connection.sql(select).to_arrow_table()

    def stream(self, select: str, rows: int) -> pa.RecordBatchReader:
        """Return the rows of a large SELECT as Arrow batches, made as they are read; nothing else may run meanwhile."""
        with _explained():
            return self._connection.sql(select).to_arrow_reader(rows)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the rows of a small SELECT as Python tuples."""
        return self.execute(select).fetchall()

    def execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        """
        Run one statement.

        Raises:
            ResourceError: memory or disk ran out.
            PartnerlensError: DuckDB refused the statement's data; the text is DuckDB's own.
        """
        with _explained():
            return self._connection.execute(statement)

    def keep_stream(self, name: str, reader: pa.RecordBatchReader, select: Callable[[str], str] | None = None) -> None:
        """
        Keep the rows of a stream of Arrow batches as a table, spilling to disk when it is large.

        Args:
            name: the table.
            reader: the stream; read once.
            select: gives the SELECT that is kept from the name of the stream; all of it when None.
        """
        with self._named(reader) as source:
            self.keep(name, select(source) if select else f"SELECT * FROM {source}")

    def add_stream(self, name: str, reader: pa.RecordBatchReader, select: Callable[[str], str]) -> None:
        """Add the rows of a SELECT over a stream of Arrow batches to a kept table."""
        with self._named(reader) as source:
            self.execute(f'INSERT INTO "{name}" {select(source)}')

    def batches(self, select: str, rows: int = 10_000) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a large SELECT as Python tuples, some at a time; nothing else may run meanwhile."""
        cursor = self.execute(select)
        while batch := cursor.fetchmany(rows):
            yield batch

    def scan_numbered(self, name: str, files: dict[int, Path], columns: dict[str, str]) -> None:
        """Name a view over Parquet files as ``scan`` does, with each file's number as column ``file_no``."""
        if not files:
            self.scan(name, [], columns | {"file_no": "BIGINT"})
            return
        chosen = ", ".join(f'"{column}"' for column in columns)
        listed = ", ".join(_literal(str(file)) for file in files.values())
        numbers = ", ".join(f"({_literal(str(file))}, {number})" for number, file in files.items())
        self.keep(
            f"{name}_files",
            "SELECT CAST(path AS VARCHAR) AS path, CAST(no AS BIGINT) AS file_no "
            f"FROM (VALUES {numbers}) AS listed(path, no)",
        )
        self.execute(
            f'CREATE OR REPLACE TEMP VIEW "{name}" AS SELECT {chosen}, file_no '
            f"FROM read_parquet([{listed}], hive_partitioning = false, filename = 'source_path') "
            f'JOIN "{name}_files" ON source_path = path'
        )

    def write_parquet(self, select: str, file: Path) -> None:
        """Write the rows of a SELECT, in its order, as one Parquet file (zstd)."""
        self.execute(
            f"COPY ({select}) TO {_literal(str(file))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )

    def write_parts(self, select: str, folder: Path, column: str) -> dict[str, list[Path]]:
        """
        Write the rows of a SELECT as Parquet files, one or more for each value of a column.

        Returns:
            The files by the value's text, in the order of the texts; the files do not hold the column.
        """
        self.execute(
            f"COPY ({select}) TO {_literal(str(folder))} (FORMAT parquet, COMPRESSION snappy, PARTITION_BY ({column}))"
        )
        start = len(column) + 1
        return {part.name[start:]: sorted(part.glob("*.parquet")) for part in sorted(folder.glob(f"{column}=*"))}

    def session(self) -> "DuckDBEngine":
        """
        Return an engine on the same database with relations of its own, which no other session sees.

        Opening and closing it costs next to nothing, and sessions may run at the same time in several threads. The
        memory limit is for all of them together; close them before this engine.
        """
        session = object.__new__(DuckDBEngine)
        session._own_folder = None
        session._connection = self._connection.cursor()
        session._connection.execute("SET TimeZone = 'UTC'")
        return session

    def close(self) -> None:
        """Close the database, or this session of it, and remove its temporary folder."""
        self._connection.close()
        if self._own_folder:
            self._own_folder.cleanup()

    def __enter__(self) -> Self:
        """Return the engine; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the engine."""
        self.close()

    @contextmanager
    def _named(self, source: pa.Table | pa.RecordBatchReader) -> Iterator[str]:
        name = "arrow_source"
        self._connection.register(name, source)
        try:
            yield name
        finally:
            self._connection.unregister(name)


class SharedDatabase:
    """
    A database that is opened when the first session asks for it, and kept for the next ones.

    Opening a database costs as much as a small question. A session works on one core: its statements are many and
    small, and the other cores are for other readers.
    """

    def __init__(self) -> None:
        """Open nothing yet."""
        self._engine: DuckDBEngine | None = None
        self._opening = Lock()

    def session(self) -> DuckDBEngine:
        """Return a session of the database; close it after use, and before the database."""
        with self._opening:
            if self._engine is None:
                self._engine = DuckDBEngine(threads=1)
                # Whoever forgets to close it leaves no folder behind.
                finalize(self, self._engine.close)
        return self._engine.session()

    def close(self) -> None:
        """Close the database when it was opened; the next session opens a new one."""
        with self._opening:
            if self._engine is not None:
                self._engine.close()
                self._engine = None


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise ResourceError(
            f"memory ran out: {_first_line(error)}", "free memory or disk space, or raise the limit, and run it again"
        ) from error
    except duckdb.IOException as error:
        raise ResourceError(
            f"the disk could not be used: {_first_line(error)}", "check its space and run it again"
        ) from error
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise PartnerlensError(f"a value does not fit: {_first_line(error)}") from error


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
