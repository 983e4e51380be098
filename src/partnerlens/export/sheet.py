"""Rows as a spreadsheet: one sheet of typed rows, and one that says how they were computed."""

from collections.abc import Callable, Iterable
from datetime import UTC
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import BinaryIO
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from partnerlens.errors import UsageError
from partnerlens.export.lines import decoded, is_number, plain_texts
from partnerlens.export.provenance import Provenance, provenance_words

SHEET_ROWS = 1_048_575
"""The most rows below a header that a sheet holds."""

EXACT_DIGITS = 15
"""Digits of a number that a spreadsheet keeps; one with more is written as text."""

ROWS, METHOD = "Rows", "How this was computed"
NARROWEST, WIDEST = 8, 60
"""Widths of columns. Unit: characters."""

Write = Callable[[int, int, object], None]


def write_sheets(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    stream: BinaryIO,
    *,
    finish: Callable[[], Provenance],
    row_limit: int = SHEET_ROWS,
) -> None:
    """
    Write a spreadsheet of two sheets; nothing is written to the stream when it cannot be made.

    Args:
        batches: the rows.
        schema: of all batches.
        stream: where the file goes.
        finish: gives the provenance of the rows, once all of them have been taken.
        row_limit: the most rows that are accepted.

    Raises:
        UsageError: there are more rows than a sheet holds, or a text is longer than a cell holds.
        OSError: the stream cannot be written.
    """
    with TemporaryDirectory() as scratch:
        options = {"constant_memory": True, "tmpdir": scratch, "use_zip64": True}
        workbook = Workbook(stream, options)
        try:
            _fill_rows(workbook, schema, batches, row_limit)
            provenance = finish()
            workbook.set_properties(
                {"title": provenance.title, "created": provenance.made_at.astimezone(UTC).replace(tzinfo=None)}
            )
            _fill_method(workbook, provenance)
        except BaseException:
            for sheet in workbook.worksheets():
                sheet.row_data_fh.close()
            raise
        try:
            workbook.close()
        except FileCreateError as error:
            raise (error.args[0] if error.args and isinstance(error.args[0], OSError) else error) from error


def _fill_rows(workbook: Workbook, schema: pa.Schema, batches: Iterable[pa.RecordBatch], row_limit: int) -> None:
    sheet = workbook.add_worksheet(ROWS)
    sheet.freeze_panes(1, 0)
    bold = workbook.add_format({"bold": True})
    for place, name in enumerate(schema.names):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, _width([name]))
    count = 0
    for batch in batches:
        if count + batch.num_rows > row_limit:
            raise UsageError(
                f"the table has more than {row_limit:,} rows, the most that a sheet of a spreadsheet holds",
                "export it as csv or parquet",
            )
        if not count:
            _set_widths(sheet, batch)
        _write_rows(sheet, batch, count + 1)
        count += batch.num_rows
    sheet.autofilter(0, 0, count, max(len(schema) - 1, 0))


def _write_rows(sheet: Worksheet, batch: pa.RecordBatch, first_row: int) -> None:
    columns = [_cells(sheet, column) for column in batch.columns]
    for row in range(batch.num_rows):
        for place, (write, values) in enumerate(columns):
            value = values[row]
            if value is not None:
                write(first_row + row, place, value)


def _cells(sheet: Worksheet, column: pa.Array) -> tuple[Write, list[object]]:
    values = decoded(column)
    if pa.types.is_boolean(values.type):
        return sheet.write_boolean, values.to_pylist()
    if not is_number(values.type):
        return _text_writer(sheet), plain_texts(values).to_pylist()
    write_text = _text_writer(sheet)

    def write(row: int, place: int, text: object) -> None:
        digits = str(text).lstrip("-0.").replace(".", "").rstrip("0")
        if len(digits) <= EXACT_DIGITS:
            sheet.write_number(row, place, Decimal(str(text)))
        else:
            write_text(row, place, text)

    return write, plain_texts(values).to_pylist()


def _text_writer(sheet: Worksheet) -> Write:
    def write(row: int, place: int, text: object) -> None:
        written = str(text)
        if written.startswith("<r>") and written.endswith("</r>"):
            # The library takes such a text for its own markup of rich text and would copy it as it is.
            written = f'<r><t xml:space="preserve">{escape(written)}</t></r>'
        if sheet.write_string(row, place, written):
            raise UsageError(
                f"the text '{written[:40]}...' has more characters than a cell of a spreadsheet holds",
                "export the table as csv or parquet",
            )

    return write


def _set_widths(sheet: Worksheet, batch: pa.RecordBatch) -> None:
    for place, (name, column) in enumerate(zip(batch.schema.names, batch.columns, strict=True)):
        longest = pc.max(pc.utf8_length(plain_texts(column))).as_py() or 0
        sheet.set_column(place, place, _width([name, "x" * min(longest, WIDEST)]))


def _width(texts: list[str]) -> int:
    # Two more than the longest text, for the arrow of the filter.
    return min(WIDEST, max(NARROWEST, *(len(text) + 2 for text in texts)))


def _fill_method(workbook: Workbook, provenance: Provenance) -> None:
    sheet = workbook.add_worksheet(METHOD)
    bold, wrapped = workbook.add_format({"bold": True, "valign": "top"}), workbook.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    for row, (label, words) in enumerate(provenance_words(provenance)):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, words, wrapped)
