"""Excel workbooks: the rows of a sheet as a stream of texts."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, ZipError

from partnerlens.errors import DefinitionError
from partnerlens.ingest.bytestream import Progress
from partnerlens.ingest.columnar import plain_number
from partnerlens.ingest.source import Defect, row_batch

MAXIMUM_UNPACKED_BYTES = 2 << 30
"""A workbook that unpacks to more is refused; a sheet has to fit in memory."""

BATCH_ROWS = 65_536

Cell = object


class SpreadsheetSource:
    """
    A sheet of an Excel workbook with the column names in its first row that is not blank.

    Args:
        file: the workbook.
        sheet: the sheet to read when the workbook has one of that name; otherwise the first one.
        progress: told about rows read and rows in all.

    Raises:
        DefinitionError: the file is no workbook, is too large, or its sheet is empty.
    """

    def __init__(self, file: Path, *, sheet: str | None = None, progress: Progress | None = None) -> None:
        """Read the sheet."""
        self._file = file
        self._progress = progress
        self.remarks: Sequence[str] = ()
        try:
            with zipfile.ZipFile(file) as packed:
                unpacked_bytes = sum(item.file_size for item in packed.infolist())
            if unpacked_bytes > MAXIMUM_UNPACKED_BYTES:
                raise DefinitionError(
                    f"{file.name}: the workbook unpacks to {unpacked_bytes >> 20} MB", "save it as CSV and load that"
                )
            workbook = CalamineWorkbook.from_path(str(file))
            name = sheet if sheet in workbook.sheet_names else workbook.sheet_names[0]
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except (CalamineError, ZipError, zipfile.BadZipFile, OSError) as error:
            raise DefinitionError(f"{file.name}: the file is not a readable Excel workbook: {error}") from error
        filled = [(line, row) for line, row in enumerate(rows, 1) if any(cell not in ("", None) for cell in row)]
        if not filled:
            raise DefinitionError(f"{file.name}: the sheet '{name}' is empty", "its first row has to name the columns")
        self.header_line: int | None = filled[0][0]
        self.header: Sequence[str] = _without_tail([cell_text(cell) or "" for cell in filled[0][1]])
        self._rows = filled[1:]

    def batches(self, columns: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Return the rows in the order of the sheet; blank rows are left out."""
        stream = iter(self._rows)
        done = 0
        while batch := list(islice(stream, BATCH_ROWS)):
            texts, defects = [], []
            for number in columns:
                cells = [cell_text(row[number]) for _, row in batch]
                defects += [
                    Defect(row, "nul_byte", self.header[number], cell.replace("\0", "\N{SYMBOL FOR NULL}"))
                    for row, cell in enumerate(cells)
                    if cell and "\0" in cell
                ]
                texts.append(pa.array(cells, pa.string()))
            yield row_batch(columns, texts, pa.array([line for line, _ in batch], pa.int64()), defects)
            done += len(batch)
            if self._progress is not None:
                self._progress(done, len(self._rows))

    def close(self) -> None:
        """Free the rows."""
        self._rows = []


def cell_text(cell: Cell) -> str | None:
    """
    Return a cell as it would stand in a CSV file; None when it is empty.

    >>> cell_text(10.0), cell_text(True), cell_text(datetime(2026, 6, 30))
    ('10', 'true', '2026-06-30')
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return plain_number(cell)
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _without_tail(header: list[str]) -> list[str]:
    """Columns without a name at the right end hold nothing that was meant."""
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    return names
