"""Writing an export: rows stream through, and a file gets its name when it is complete."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryFile
from typing import BinaryIO, assert_never

import pyarrow as pa

from partnerlens.errors import ResourceError
from partnerlens.export.parquet import write_parquet
from partnerlens.export.provenance import Provenance, provenance_document
from partnerlens.export.sheet import SHEET_ROWS, write_sheets
from partnerlens.export.totals import SumOf, Totals

SLICE_ROWS = 16_384
"""Rows that are worked on at a time, however large the batches are."""

UNFINISHED = ".writing-"
"""Start of the name of a file that is being written."""


class Format(StrEnum):
    """The formats of a file of rows."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Export:
    """
    A table to be written.

    Attributes:
        rows: the rows, read once: texts, whole numbers, decimals, days, true and false.
        provenance: what they rest on; row count, sums and digest are worked out.
        sums: what to add up; the first is the one that the number rests on.
    """

    rows: pa.RecordBatchReader
    provenance: Provenance
    sums: tuple[SumOf, ...] = ()


def write_export(
    export: Export, target: Path | BinaryIO, *, file_format: Format, row_limit: int = SHEET_ROWS
) -> Provenance:
    """
    Write a table and return its provenance with row count, sums and digest.

    A CSV file holds rows alone, and its provenance stands beside it (``provenance_path``); written to a stream,
    showing the returned provenance is the caller's. XLSX and Parquet files hold theirs. A file gets its name when it
    is complete. A stream gets XLSX and Parquet as a whole or not at all, and CSV while it is made.

    Args:
        export: the table.
        target: a path, or a stream of bytes that stays open.
        file_format: how to write it.
        row_limit: the most rows of a spreadsheet.

    Raises:
        UsageError: a spreadsheet cannot hold the rows.
        ResourceError: the path cannot be written.
        TypeError: a column has no exact text.
    """
    if not isinstance(target, Path):
        return _to_stream(export, target, file_format, row_limit)
    try:
        if target.exists() and not target.is_file():
            # A device or a pipe cannot be replaced; a folder cannot be opened.
            with target.open("wb") as stream:
                return _to_stream(export, stream, file_format, row_limit)
        return _to_file(export, target, file_format, row_limit)
    except OSError as error:
        raise ResourceError(
            f"the export cannot be written to '{target}': {error.strerror or error}",
            "check the name, the permissions and the free space",
        ) from error


def provenance_path(file: Path) -> Path:
    """
    Return where the provenance of a CSV file stands.

    >>> provenance_path(Path("out/revenue.csv")).as_posix()
    'out/revenue.csv.provenance.json'
    """
    return file.with_name(f"{file.name}.provenance.json")


def _to_file(export: Export, path: Path, file_format: Format, row_limit: int) -> Provenance:
    with _finished_file(path) as stream:
        provenance = _write(export, stream, file_format, row_limit)
        if file_format is Format.CSV:
            # It gets its name first: rows never stand there without it.
            with _finished_file(provenance_path(path)) as beside:
                document = json.dumps(provenance_document(provenance), ensure_ascii=False, indent=2)
                beside.write(f"{document}\n".encode())
    return provenance


def _to_stream(export: Export, stream: BinaryIO, file_format: Format, row_limit: int) -> Provenance:
    if file_format is Format.CSV:
        return _write(export, stream, file_format, row_limit)
    with TemporaryFile() as whole:
        provenance = _write(export, whole, file_format, row_limit)
        whole.seek(0)
        shutil.copyfileobj(whole, stream)
    return provenance


def _write(export: Export, stream: BinaryIO, file_format: Format, row_limit: int) -> Provenance:
    schema = export.rows.schema.remove_metadata()
    totals = Totals(schema, export.sums)

    def finish() -> Provenance:
        return replace(export.provenance, row_count=totals.row_count, sums=totals.sums, digest=totals.digest)

    match file_format:
        case Format.CSV:
            stream.write(totals.header)
            stream.writelines(totals.add(batch) for batch in _slices(export.rows))
        case Format.XLSX:
            write_sheets(_counted(export.rows, totals), schema, stream, finish=finish, row_limit=row_limit)
        case Format.PARQUET:
            write_parquet(_counted(export.rows, totals), schema, stream, finish=finish)
        case _:
            assert_never(file_format)
    return finish()


def _slices(rows: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    for batch in rows:
        for start in range(0, batch.num_rows, SLICE_ROWS):
            yield batch.slice(start, SLICE_ROWS)


def _counted(rows: pa.RecordBatchReader, totals: Totals) -> Iterator[pa.RecordBatch]:
    for batch in _slices(rows):
        totals.add(batch)
        yield batch


@contextmanager
def _finished_file(path: Path) -> Iterator[BinaryIO]:
    final = path.resolve()
    unfinished = final.with_name(f"{UNFINISHED}{token_hex(8)}")
    try:
        with unfinished.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(final)
    finally:
        unfinished.unlink(missing_ok=True)
