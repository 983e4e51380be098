"""A file is complete or not there, a stream is whole or untouched, and rows stream through."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from exporting import DAY, PROVENANCE, ROWS, SCHEMA, SUMS, csv_rows, table_of, written

from partnerlens.errors import ResourceError, UsageError
from partnerlens.export import Export, Format, write_export

MEBIBYTE = 2**20


def broken_table() -> pa.RecordBatchReader:
    """Return rows whose source fails after the first batch."""

    def batches() -> Iterator[pa.RecordBatch]:
        yield from table_of(ROWS[:3])
        raise RuntimeError("the source is gone")

    return pa.RecordBatchReader.from_batches(SCHEMA, batches())


@pytest.mark.parametrize("file_format", Format)
def test_broken_off_export_leaves_the_former_file(file_format: Format, tmp_path: Path) -> None:
    """When the rows cannot be read to their end, the old file stays and nothing else is left."""
    path = tmp_path / f"rows.{file_format}"
    path.write_text("the former file")
    with pytest.raises(RuntimeError, match="the source is gone"):
        write_export(Export(broken_table(), PROVENANCE), path, file_format=file_format)

    assert [path] == list(tmp_path.iterdir())
    assert "the former file" == path.read_text()


@pytest.mark.parametrize("file_format", [Format.XLSX, Format.PARQUET])
def test_stream_gets_a_whole_file_or_nothing(file_format: Format) -> None:
    """A reader at the other end never takes a part of a file for all of it."""
    stream = io.BytesIO()
    with pytest.raises(RuntimeError, match="the source is gone"):
        write_export(Export(broken_table(), PROVENANCE), stream, file_format=file_format)

    assert b"" == stream.getvalue()


@pytest.mark.parametrize("file_format", Format)
def test_stream_gets_the_bytes_of_the_file_and_stays_open(file_format: Format, tmp_path: Path) -> None:
    """What is piped is what would be saved."""
    stream = io.BytesIO()
    write_export(Export(table_of(ROWS), PROVENANCE, SUMS), stream, file_format=file_format)
    path = tmp_path / f"rows.{file_format}"
    written(path)

    assert path.read_bytes() == stream.getvalue()


def test_file_is_replaced_with_its_provenance(tmp_path: Path) -> None:
    """A second export takes the place of the first, and the folder holds nothing else."""
    path = tmp_path / "rows.csv"
    written(path)
    written(path, ROWS[:1])

    assert 2 == len(csv_rows(path))
    assert ["rows.csv", "rows.csv.provenance.json"] == sorted(file.name for file in tmp_path.iterdir())
    assert '"row_count": 1,' in (tmp_path / "rows.csv.provenance.json").read_text(encoding="utf-8")


def test_link_keeps_pointing_at_the_file(tmp_path: Path) -> None:
    """Written through a link, the file behind it is replaced."""
    (tmp_path / "link.csv").symlink_to(tmp_path / "rows.csv")
    written(tmp_path / "link.csv")

    assert (tmp_path / "link.csv").is_symlink()
    assert 8 == len(csv_rows(tmp_path / "rows.csv"))


def test_pipe_is_written_and_not_replaced(tmp_path: Path) -> None:
    """A path that is no file is a stream by name: it stays what it is, and nothing is put beside it."""
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    written(path)
    with os.fdopen(reader, "rb") as stream:
        lines = stream.read().decode().splitlines()

    assert "side,counted,customer_name,day,seats,amount" == lines[0]
    assert [path] == list(tmp_path.iterdir())
    assert path.is_fifo()


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error says which file, why, and what to do."""
    path = tmp_path / "nowhere" / "rows.csv"
    with pytest.raises(ResourceError) as caught:
        written(path)

    assert f"the export cannot be written to '{path}': No such file or directory" == caught.value.problem
    assert "check the name, the permissions and the free space" == caught.value.remedy


def test_sheet_takes_as_many_rows_as_its_limit(tmp_path: Path) -> None:
    """Seven rows fit a limit of seven."""
    path = tmp_path / "rows.xlsx"
    export = Export(table_of(ROWS), PROVENANCE)
    provenance = write_export(export, path, file_format=Format.XLSX, row_limit=7)

    assert 7 == provenance.row_count


def test_sheet_refuses_more_rows_than_its_limit(tmp_path: Path) -> None:
    """Rows are never dropped: the error names the limit and the formats without one."""
    export = Export(table_of(ROWS), PROVENANCE)
    with pytest.raises(UsageError) as caught:
        write_export(export, tmp_path / "rows.xlsx", file_format=Format.XLSX, row_limit=6)

    assert "the table has more than 6 rows, the most that a sheet of a spreadsheet holds" == caught.value.problem
    assert "export it as csv or parquet" == caught.value.remedy
    assert [] == list(tmp_path.iterdir())


def test_text_that_no_cell_holds_is_refused(tmp_path: Path) -> None:
    """A text is never cut: a cell holds 32,767 characters."""
    rows = [("numerator", True, "x" * 32_768, DAY, 1, Decimal(1))]
    with pytest.raises(UsageError, match="has more characters than a cell of a spreadsheet holds"):
        written(tmp_path / "rows.xlsx", rows)

    assert [] == list(tmp_path.iterdir())


MILLION = """
import resource, sys
from decimal import Decimal
from pathlib import Path
import pyarrow as pa
from exporting import PROVENANCE, SCHEMA, SUMS
from partnerlens.export import Export, Format, write_export

ROWS = 10_000

def batches(count):
    for start in range(0, count, ROWS):
        numbers = range(start, start + ROWS)
        columns = [
            ["numerator"] * ROWS,
            [True] * ROWS,
            [f"customer-{number}" for number in numbers],
            [None] * ROWS,
            list(numbers),
            [Decimal(number) / 8 for number in numbers],
        ]
        arrays = [pa.array(column, kind) for column, kind in zip(columns, SCHEMA.types)]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

def peak(count):
    rows = pa.RecordBatchReader.from_batches(SCHEMA, batches(count))
    made = write_export(Export(rows, PROVENANCE, SUMS), Path(sys.argv[1]), file_format=Format(sys.argv[2]))
    assert made.row_count == count
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

few, many = int(sys.argv[3]), int(sys.argv[4])
before = peak(few)
print((peak(many) - before) * 1024)
"""
"""Prints by how many bytes many rows need more than few."""


@pytest.mark.parametrize(
    ("file_format", "few", "many"),
    [(Format.CSV, 20_000, 1_000_000), (Format.PARQUET, 150_000, 1_000_000), (Format.XLSX, 20_000, 80_000)],
)
def test_memory_does_not_grow_with_the_rows(file_format: Format, few: int, many: int, tmp_path: Path) -> None:
    """A million rows, which are 100 MB of text, need hardly more memory than the first thousands."""
    command = [sys.executable, "-c", MILLION, str(tmp_path / f"rows.{file_format}"), file_format, str(few), str(many)]
    folder = str(Path(__file__).parent)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": folder}
    )

    assert "" == done.stderr
    assert int(done.stdout) < 60 * MEBIBYTE
