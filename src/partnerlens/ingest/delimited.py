"""Delimited text files (CSV and TSV, also packed): their header, and their rows as a stream of texts."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from partnerlens.errors import DefinitionError
from partnerlens.ingest.bytestream import ByteStream, Progress
from partnerlens.ingest.lines import LineTracker, Positions
from partnerlens.ingest.source import CUT_CHARACTERS, MAXIMUM_CELL_BYTES, Defect, row_batch

BLOCK_BYTES = 16 << 20
"""How much is parsed at once; a longer row cannot be read."""


class DelimitedSource:
    """
    A delimited text file with a header in its first line that is not blank.

    Args:
        file: the file.
        delimiter: the character between cells.
        encoding: see ``ByteStream``.
        progress: told about the bytes read.

    Raises:
        DefinitionError: the file is empty, is no text, or its header cannot be read.
    """

    def __init__(
        self, file: Path, *, delimiter: str = ",", encoding: str | None = None, progress: Progress | None = None
    ) -> None:
        """Open the file and read its header."""
        self._file = file
        self._delimiter = delimiter
        self._stream = ByteStream(file, encoding, progress)
        self.header: Sequence[str]
        self.remarks: Sequence[str] = ()
        self.header_line: int | None
        try:
            self.header, self.header_line, self._rest, line = self._read_header()
        except DefinitionError:
            self._stream.close()
            raise
        self._tracker = LineTracker(delimiter.encode(), line)
        self._lines: deque[Positions] = deque()
        self._rejected: deque[arrow_csv.InvalidRow] = deque()
        self._records = 0
        self.closed = False

    def batches(self, columns: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """
        Return the rows in the order of the file; rows with another number of cells come as defects.

        Raises:
            DefinitionError: a quote is never closed, or a row is too long to be read.
        """
        try:
            yield from self._parsed(columns)
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error) and "out of sync" not in str(error):
                raise DefinitionError(f"{self._file.name}: the file cannot be read: {error}") from error
            raise DefinitionError(
                f"{self._file.name}: the row that starts on line {self._tracker.last_line} is longer than "
                f"{BLOCK_BYTES >> 20} MB",
                "close the quote that it opens, or remove the row",
            ) from error
        if self._tracker.open_line is not None:
            raise DefinitionError(
                f"{self._file.name}, line {self._tracker.open_line}: a quote is opened and never closed",
                "close it, or double it where it belongs to the text",
            )

    def read(self, size: int) -> bytes:
        """Return the next bytes after the header, for the parser."""
        chunk = self._rest[:size] or self._stream.read(size)
        self._rest = self._rest[size:]
        self._lines.append(self._tracker.starts(chunk))
        return chunk

    def readable(self) -> bool:
        """Return True; the parser asks."""
        return True

    def close(self) -> None:
        """Close the file."""
        self.closed = True
        self._stream.close()

    def _read_header(self) -> tuple[list[str], int, bytes, int]:
        head = b""
        while len(head) < MAXIMUM_CELL_BYTES and (chunk := self._stream.read(MAXIMUM_CELL_BYTES)):
            head += chunk
        stripped = head.lstrip(b"\r\n")
        if not stripped:
            raise DefinitionError(f"{self._file.name}: the file is empty", "its first line has to name the columns")
        blank = _line_ends(head[: len(head) - len(stripped)])
        end = _record_end(stripped)
        try:
            text = stripped[:end].decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._not_text() from error
        if "\0" in text:
            raise self._not_text()
        cells = next(csv.reader([text.rstrip("\r\n")], delimiter=self._delimiter))
        return [cell.strip() for cell in cells], blank + 1, stripped[end:], blank + 1 + _line_ends(stripped[:end])

    def _not_text(self) -> DefinitionError:
        return DefinitionError(
            f"{self._file.name}: the first line is not text in UTF-8",
            "load a CSV, TSV, Parquet or XLSX file under its own ending, or name the encoding in a mapping",
        )

    def _parsed(self, columns: Sequence[int]) -> Iterator[pa.RecordBatch]:
        if not self._rest and not (more := self._stream.read(BLOCK_BYTES)):
            return
        self._rest = self._rest or more
        if not self._rest.strip(b"\r\n") and len(self._rest) < MAXIMUM_CELL_BYTES:
            return
        names = [str(number) for number in range(len(self.header))]
        reader = arrow_csv.open_csv(
            pa.PythonFile(self, mode="r"),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=BLOCK_BYTES),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=self._reject
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()),
                check_utf8=False,
                strings_can_be_null=False,
                include_columns=[str(number) for number in columns] or names[:1],
            ),
        )
        for batch in reader:
            lines, rejected = self._taken(batch.num_rows)
            if batch.num_rows:
                yield self._row_batch(columns, batch, pa.array(lines))
            if rejected:
                yield self._rejected_batch(columns, rejected)
        _, rejected = self._taken(0)
        rejected += [(0, row) for row in self._rejected]
        if rejected:
            yield self._rejected_batch(columns, rejected)

    def _reject(self, row: arrow_csv.InvalidRow) -> str:
        self._rejected.append(row)
        return "skip"

    def _taken(self, rows: int) -> tuple[Positions, list[tuple[int, arrow_csv.InvalidRow]]]:
        """The lines of the next accepted rows, and the rejected rows among and right after them."""
        taken: list[tuple[int, arrow_csv.InvalidRow]] = []
        count = rows
        while self._rejected and self._rejected[0].number <= self._records + count + 1:
            row = self._rejected.popleft()
            taken.append((row.number - self._records - 1, row))
            count += 1
        lines = self._next_lines(count)
        self._records += count
        places = [place for place, _ in taken]
        return np.delete(lines, places), [(int(lines[place]), row) for place, row in taken]

    def _next_lines(self, count: int) -> Positions:
        parts, missing = [np.empty(0, np.int64)], count
        while missing and self._lines:
            part = self._lines.popleft()
            parts.append(part[:missing])
            if len(part) > missing:
                self._lines.appendleft(part[missing:])
            missing -= len(parts[-1])
        return np.concatenate([*parts, np.zeros(missing, np.int64)])

    def _rejected_batch(
        self, columns: Sequence[int], rejected: Sequence[tuple[int, arrow_csv.InvalidRow]]
    ) -> pa.RecordBatch:
        empty = [pa.nulls(len(rejected), pa.string()) for _ in columns]
        defects = [
            Defect(place, "bad_row", None, f"{row.actual_columns} of {row.expected_columns} cells: {row.text}")
            for place, (_, row) in enumerate(rejected)
        ]
        return row_batch(columns, empty, pa.array([line for line, _ in rejected], pa.int64()), defects)

    def _row_batch(self, columns: Sequence[int], batch: pa.RecordBatch, lines: pa.Array) -> pa.RecordBatch:
        texts, defects = [], []
        for place, number in enumerate(columns):
            cells = batch.column(place)
            found = _cell_defects(cells, self.header[number], has_nul=self._tracker.has_nul)
            if found:
                bad = {defect.row for defect in found}
                cells = pa.array(
                    [None if row in bad else cell for row, cell in enumerate(cells.to_pylist())], pa.binary()
                )
            texts.append(cells.cast(pa.string()))
            defects += found
        return row_batch(columns, texts, lines, defects)


def _cell_defects(cells: pa.Array, column: str, *, has_nul: bool) -> list[Defect]:
    found = []
    try:
        cells.cast(pa.string())
    except pa.ArrowInvalid:
        for row, cell in enumerate(cells.to_pylist()):
            try:
                cell.decode("utf-8")
            except UnicodeDecodeError:
                found.append(Defect(row, "bad_encoding", column, cell[:CUT_CHARACTERS].decode("utf-8", "replace")))
    lengths = pc.binary_length(cells)
    if pc.max(lengths).as_py() > MAXIMUM_CELL_BYTES:
        for row, length in enumerate(lengths.to_pylist()):
            if length > MAXIMUM_CELL_BYTES:
                start = cells[row].as_py()[: CUT_CHARACTERS * 4].decode("utf-8", "replace")
                found.append(Defect(row, "too_long", column, start))
    if has_nul:
        for row, cell in enumerate(cells.to_pylist()):
            if b"\0" in cell:
                start = cell[:CUT_CHARACTERS].decode("utf-8", "replace").replace("\0", "\N{SYMBOL FOR NULL}")
                found.append(Defect(row, "nul_byte", column, start))
    return found


def _line_ends(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def _record_end(data: bytes) -> int:
    """The end of the first record, its line end included."""
    inside = False
    for position, byte in enumerate(data):
        if byte == ord('"'):
            inside = not inside
        elif byte in b"\r\n" and not inside:
            return position + (2 if data[position : position + 2] == b"\r\n" else 1)
    return len(data)
