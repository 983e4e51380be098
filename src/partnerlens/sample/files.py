"""The files of a sample: whole tables at once, long tables month by month."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from partnerlens.errors import UsageError
from partnerlens.model.facts import TABLES
from partnerlens.months import Month

FileFormat = Literal["csv", "parquet"]
CORRECTIONS = "corrections"
"""The folder of the corrections inside the sample."""

_ROW_GROUP = 1_000_000
_NAMED = frozenset({"partners", "customers", "products"})
_PARQUET: dict[str, Any] = {
    "compression": "zstd",
    "dictionary_pagesize_limit": 8_000_000,
    # Dictionary columns are a matter of how rows are made; files hold plain text.
    "store_schema": False,
}


@dataclass(frozen=True)
class SampleFile:
    """
    One file of a sample.

    Attributes:
        path: where it was written.
        table: the fact table whose rows it holds.
        rows: number of rows, without the header.
        is_correction: whether its rows replace or add to rows of the main files.
    """

    path: Path
    table: str
    rows: int
    is_correction: bool = False


class SampleFiles:
    """
    Writes the files of one sample into a folder; use it in a ``with`` statement.

    Args:
        folder: created when missing; must be empty.
        file_format: ``csv`` gives one file per table, ``parquet`` one per table and month for long tables.
    """

    def __init__(self, folder: Path, file_format: FileFormat) -> None:
        """Make sure that the folder is there and holds nothing that could be mixed with the sample."""
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"'{folder}' is not an empty folder", "name a new one for the sample")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._format = file_format
        self._open = ExitStack()
        self._writers: dict[str, pa_csv.CSVWriter] = {}
        self._rows: dict[Path, int] = {}
        self._tables: dict[Path, str] = {}

    def __enter__(self) -> Self:
        """Start writing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every file."""
        self._open.close()

    def write(self, table: str, rows: pa.Table) -> None:
        """Write a whole table into one file."""
        path = self._folder / f"{table}.{self._format}"
        self._count(path, table, rows=rows)
        if self._format == "csv":
            pa_csv.write_csv(_plain(table, rows), path, _csv_options(table))
        else:
            pa_parquet.write_table(_checked(table, rows), path, row_group_size=_ROW_GROUP, **_PARQUET)

    def append(self, table: str, month: Month, *, rows: pa.Table) -> None:
        """Write the rows of one month: the next lines of the CSV file, or a Parquet file of their own."""
        if self._format == "parquet":
            path = self._folder / f"{table}-{month}.parquet"
            self._count(path, table, rows=rows)
            pa_parquet.write_table(_checked(table, rows), path, row_group_size=_ROW_GROUP, **_PARQUET)
            return
        path = self._folder / f"{table}.csv"
        self._count(path, table, rows=rows)
        plain = _plain(table, rows)
        if table not in self._writers:
            options = _csv_options(table)
            writer = pa_csv.CSVWriter(path, plain.schema, write_options=options)
            self._writers[table] = self._open.enter_context(writer)
        self._writers[table].write_table(plain)

    def correct(self, table: str, rows: pa.Table) -> None:
        """Write corrections of a table, always as CSV."""
        folder = self._folder / CORRECTIONS
        folder.mkdir(exist_ok=True)
        path = folder / f"{table}-correction.csv"
        self._count(path, table, rows=rows)
        pa_csv.write_csv(_plain(table, rows), path, _csv_options(table))

    @property
    def written(self) -> tuple[SampleFile, ...]:
        """The files so far, in the order in which they were begun."""
        return tuple(
            SampleFile(path, self._tables[path], rows, is_correction=path.parent != self._folder)
            for path, rows in self._rows.items()
        )

    def _count(self, path: Path, table: str, *, rows: pa.Table) -> None:
        self._tables[path] = table
        self._rows[path] = self._rows.get(path, 0) + rows.num_rows


def _checked(table: str, rows: pa.Table) -> pa.Table:
    return rows.select(list(TABLES[table].names))


def _plain(table: str, rows: pa.Table) -> pa.Table:
    """Return the rows as CSV shows them: amounts with the decimals of their currency."""
    rows = _checked(table, rows)
    if "amount" not in rows.column_names:
        return rows
    amount = rows["amount"]
    # KRW has no smaller unit (ISO 4217), so its amounts are whole; the others are not taken from this column.
    whole = pc.cast(pc.cast(amount, pa.decimal128(18, 0), safe=False), pa.string())
    text = pc.if_else(pc.equal(rows["currency"].cast(pa.string()), "KRW"), whole, amount.cast(pa.string()))
    return rows.set_column(rows.column_names.index("amount"), "amount", text)


def _csv_options(table: str) -> pa_csv.WriteOptions:
    # Only names can hold a quote or a comma; ids, numbers and dates are smaller and faster without quotes.
    style = "needed" if table in _NAMED else "none"
    return pa_csv.WriteOptions(quoting_style=style, quoting_header="none")
