"""What a file to load is, whatever its format: a header, and a stream of rows as texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

MAXIMUM_CELL_BYTES = 1_000_000
"""A longer cell is taken for a mistake, such as a quote that is never closed."""

CUT_CHARACTERS = 200
"""How much of a rejected value is kept."""

DEFECT_FIELDS = ("line", "defect", "defect_column", "defect_value")


class Source(Protocol):
    """
    A file to load.

    Attributes:
        header: the names of its columns, as written.
        header_line: the line of the header; None in formats without lines.
        remarks: what the file says of itself that a reader of the results should know, in sentences.
    """

    header: Sequence[str]
    header_line: int | None
    remarks: Sequence[str]

    def batches(self, columns: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Return the rows; see ``row_schema`` for the columns of a batch."""

    def close(self) -> None:
        """Close the file."""


@dataclass(frozen=True)
class Defect:
    """
    A fault that keeps a row from being read.

    Attributes:
        row: the row's place in its batch, from 0.
        rule: the rule's code.
        column: the name of the source column; None for the whole row.
        value: what was found, cut.
    """

    row: int
    rule: str
    column: str | None
    value: str


def row_schema(columns: Sequence[int]) -> pa.Schema:
    """
    Return the columns of a batch: a text for each chosen column of the source, and the row's line and defect.

    ``line`` is where the row starts in the file, from 1, and null when unknown; ``defect`` is the code of a
    rule when the row could not be read, with the column and the value at fault.
    """
    texts = [pa.field(source_name(number), pa.string()) for number in columns]
    defects = [pa.field(name, pa.int64() if name == "line" else pa.string()) for name in DEFECT_FIELDS]
    return pa.schema([*texts, *defects])


def source_name(number: int) -> str:
    """Return the name that a source column has in a batch; header names may hold anything."""
    return f"s{number}"


def row_batch(
    columns: Sequence[int], texts: Sequence[pa.Array], lines: pa.Array, defects: Sequence[Defect] = ()
) -> pa.RecordBatch:
    """
    Return a batch with the columns of ``row_schema``, texts without the blanks around them.

    Of several defects of a row the first counts.
    """
    found: dict[str, list[str | None]] = {name: [None] * len(lines) for name in DEFECT_FIELDS[1:]}
    for defect in reversed(defects):
        found["defect"][defect.row] = defect.rule
        found["defect_column"][defect.row] = defect.column
        found["defect_value"][defect.row] = defect.value[:CUT_CHARACTERS]
    # Arrow trims twenty times faster than the engine does.
    trimmed = [pc.utf8_trim_whitespace(text) for text in texts]
    extra = [
        pa.array(values, pa.string()) if defects else pa.nulls(len(lines), pa.string()) for values in found.values()
    ]
    return pa.RecordBatch.from_arrays([*trimmed, lines, *extra], schema=row_schema(columns))
