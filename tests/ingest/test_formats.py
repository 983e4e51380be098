"""The same content gives the same facts in whatever format it comes."""

import csv
import datetime as dt
import gzip
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

HEADER = ["customer_id", "name", "country", "segment", "top_parent_id"]
ROWS = [
    ["C1", 'One, "the" first', "US", "", "G1"],
    ["C2", "Zwei\nZeilen", "DE", "Größe", ""],
    ["C3", "日本語", "JP", "", ""],
    ["C4", "plain", "FR", "a;b", "G1"],
]


def _csv(newline: str = "\n", delimiter: str = ",") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=newline, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([HEADER, *ROWS])
    return stream.getvalue()


def _xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append([cell or None for cell in row])
    book.save(path)


def _parquet(path: Path, **columns: pa.DataType) -> None:
    table = pa.table({name: [row[place] or None for row in ROWS] for place, name in enumerate(HEADER)})
    for name, kind in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table.column(name).cast(kind))
    parquet.write_table(table, path)


FORMATS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "csv": ("customers.csv", lambda path: path.write_bytes(_csv().encode())),
    "csv with mark": ("customers.csv", lambda path: path.write_bytes(b"\xef\xbb\xbf" + _csv().encode())),
    "csv with return and feed": ("customers.csv", lambda path: path.write_bytes(_csv("\r\n").encode())),
    "csv with returns": ("customers.csv", lambda path: path.write_bytes(_csv("\r").encode())),
    "csv without last line end": ("customers.csv", lambda path: path.write_bytes(_csv().rstrip("\n").encode())),
    "csv in utf-16": ("customers.csv", lambda path: path.write_bytes(_csv().encode("utf-16"))),
    "packed csv": ("customers-2026.csv.gz", lambda path: path.write_bytes(gzip.compress(_csv().encode()))),
    "tsv": ("customers.tsv", lambda path: path.write_bytes(_csv(delimiter="\t").encode())),
    "packed tsv": ("CUSTOMERS_1.TSV.GZ", lambda path: path.write_bytes(gzip.compress(_csv(delimiter="\t").encode()))),
    "xlsx": ("customers.xlsx", _xlsx),
    "parquet": ("customers.parquet", _parquet),
    "parquet with dictionaries": (
        "customers.parquet",
        lambda path: _parquet(path, country=pa.dictionary(pa.int8(), pa.string()), name=pa.large_string()),
    ),
}


@pytest.mark.parametrize("form", FORMATS)
def test_format_gives_the_same_facts(workspace: Any, form: str) -> None:
    """A table's rows are the same from CSV, TSV, packed files, Parquet and Excel."""
    name, write = FORMATS[form]
    path = workspace.folder / name
    write(path)

    report = workspace.load(name, path.read_bytes())

    assert workspace.balance(report) == (4, 4, 0, 0, 0)
    assert workspace.facts("customers") == [tuple(cell or None for cell in row) for row in ROWS]


def test_typed_columns_are_read(filled: Any) -> None:
    """Dates, numbers and flags of Parquet and Excel files are read as in a CSV file."""
    lines = {
        "invoice_id": ["I1", "I2"],
        "line_id": [1, 2],
        "billing_month": ["2025-03", "2025-03"],
        "subscription_id": ["S1", "S1"],
        "amount": pa.array([Decimal("-0.000001"), Decimal("12.5")], pa.decimal128(18, 6)),
        "currency": ["USD", "USD"],
    }
    parquet.write_table(pa.table(lines), filled.folder / "billing_lines.parquet")
    book = openpyxl.Workbook()
    book.active.append(["date", "customer_id", "user_id", "product_id", "workload", "intentional"])
    book.active.append([dt.datetime.fromisoformat("2025-03-05"), "C1", 17, "P1", "Sales", True])
    book.active.append([])
    book.active.append([dt.datetime.fromisoformat("2025-03-06T23:59"), "C1", 17.5, "P1", "Sales", False])
    book.save(filled.folder / "activity.xlsx")

    filled.load("billing_lines.parquet", (filled.folder / "billing_lines.parquet").read_bytes())
    filled.load("activity.xlsx", (filled.folder / "activity.xlsx").read_bytes())

    assert filled.rejected() == []
    assert [str(row[4]) for row in filled.facts("billing_lines")] == ["-0.000001", "12.500000"]
    assert filled.facts("activity") == [
        (dt.date(2025, 3, 5), "C1", "17", "P1", "Sales", True),
        (dt.date(2025, 3, 6), "C1", "17.5", "P1", "Sales", False),
    ]


def test_floats_of_parquet_are_exact(filled: Any) -> None:
    """Amounts stored as binary numbers are read as the shortest decimal that stands for them."""
    lines = {
        "invoice_id": ["I1", "I2", "I3"],
        "line_id": ["1", "2", "3"],
        "billing_month": ["2025-03"] * 3,
        "subscription_id": ["S1"] * 3,
        "amount": [0.1, 1e11, float("nan")],
        "currency": ["USD"] * 3,
    }
    parquet.write_table(pa.table(lines), filled.folder / "x.parquet")

    filled.load("billing_lines.parquet", (filled.folder / "x.parquet").read_bytes())

    assert [str(row[4]) for row in filled.facts("billing_lines")] == ["0.100000", "100000000000.000000"]
    assert filled.rejected() == [(3, "amount", "not_a_number")]


@pytest.mark.parametrize("form", ["csv", "packed csv", "csv in utf-16", "xlsx", "parquet"])
def test_progress_ends_at_the_whole(workspace: Any, form: str) -> None:
    """The progress of a load grows and ends with all there is."""
    name, write = FORMATS[form]
    path = workspace.folder / name
    write(path)
    steps: list[tuple[int, int]] = []

    workspace.load(name, path.read_bytes(), progress=lambda done, total: steps.append((done, total)))

    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] > 0
