"""What the tests of exports share: a provenance, a table of awkward rows, and readers that know no code of ours."""

import csv
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from partnerlens.export import Export, Format, Provenance, Subject, SumOf, write_export
from partnerlens.model.result import Filter
from partnerlens.months import Month

PROVENANCE = Provenance(
    title="Rows of revenue",
    program="Blue Cloud",
    month=Month.parse("2026-06"),
    edition=41,
    subject=Subject("revenue", "Revenue", "Billed amounts less credits.", "USD"),
    window="2025-07 to 2026-06",
    made_at=datetime(2026, 7, 20, 10, 30, tzinfo=UTC),
    partner_id="P001",
    partner_name="Contoso 한국",
    filter=Filter(countries=frozenset({"KR", "DE"})),
    rule_sets={"pci-2020": "ab" * 32},
    parameters={"mau_method": "ttm_distinct_over_12"},
)

SCHEMA = pa.schema(
    [
        ("side", pa.string()),
        ("counted", pa.bool_()),
        ("customer_name", pa.string()),
        ("day", pa.date32()),
        ("seats", pa.int64()),
        ("amount", pa.decimal128(38, 18)),
    ]
)

DAY = date(2026, 6, 30)
ROWS: list[tuple[Any, ...]] = [
    ("numerator", True, 'Café, "Zoë" & Söhne', DAY, 5, Decimal("10.50")),
    ("numerator", True, "한국 주식회사\nSeoul", DAY, -3, Decimal("-0.000000000000000001")),
    ("numerator", True, '=HYPERLINK("http://x")', None, None, Decimal(7)),
    ("numerator", False, "@cmd", DAY, 0, Decimal(1000)),
    ("denominator", True, "-5", DAY, 1, Decimal("0.25")),
    ("denominator", True, None, DAY, 10**17 + 1, None),
    ("denominator", False, "'+1-800", DAY, 2, Decimal("123456789012345.678")),
]
"""Commas, quotes, line ends, formulas, nulls, and numbers that binary floating point cannot hold."""

SUMS = (
    SumOf("numerator", "amount", {"side": "numerator", "counted": True}),
    SumOf("denominator", "amount", {"side": "denominator", "counted": True}),
)


def table_of(rows: Iterable[tuple[Any, ...]], *, batch_rows: int = 3) -> pa.RecordBatchReader:
    """Return rows as batches of a few."""
    given = list(rows)
    batches = [
        pa.RecordBatch.from_arrays(
            [pa.array(column, kind) for column, kind in zip(zip(*part, strict=True), SCHEMA.types, strict=True)],
            schema=SCHEMA,
        )
        for part in (given[start : start + batch_rows] for start in range(0, len(given), batch_rows))
    ]
    return pa.RecordBatchReader.from_batches(SCHEMA, batches)


def written(path: Path, rows: Iterable[tuple[Any, ...]] = ROWS, *, batch_rows: int = 3) -> Provenance:
    """Write rows to a file in the format of its ending."""
    export = Export(table_of(rows, batch_rows=batch_rows), PROVENANCE, SUMS)
    return write_export(export, path, file_format=Format(path.suffix[1:]))


def csv_rows(path: Path) -> list[list[str]]:
    """Return the header and the rows of a CSV file, the guard of formulas taken away."""
    with path.open(encoding="utf-8", newline="") as file:
        return [[re.sub(r"\A'(?='*[=+\-@\t\r\n])", "", field) for field in row] for row in csv.reader(file)]


def sheet_rows(path: Path, name: str = "Rows") -> list[list[Any]]:
    """Return the cells of a sheet, floating-point numbers as the decimals that they stand for."""
    book = openpyxl.load_workbook(path, read_only=True)
    cells = [[Decimal(str(cell)) if isinstance(cell, float) else cell for cell in row] for row in book[name].values]
    book.close()
    return cells


def parquet_rows(path: Path) -> list[list[Any]]:
    """Return the header and the rows of a Parquet file."""
    table = pq.read_table(path)
    return [table.column_names, *(list(row.values()) for row in table.to_pylist())]


def digest_of(rows: list[list[Any]]) -> str:
    """Return the digest of rows as the documentation of ``partnerlens.export.totals`` tells readers to compute it."""

    def field(value: object) -> str:
        if isinstance(value, bool):
            value = str(value).lower()
        text = "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
        if isinstance(value, Decimal) and "." in text:
            text = text.rstrip("0").rstrip(".")
        # ruff: noqa: RUF001 - the wide forms are the rule
        if re.match(r"'*[=+\-@\t\r\n＝＋－＠]", text) and not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
            text = "'" + text
        return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text

    lines = [",".join(field(value) for value in row) + "\n" for row in rows]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
