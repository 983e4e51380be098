r"""
The row count, the sums and the digest of rows, worked out while they are written.

The digest is the SHA-256 of the rows as their CSV export holds them, header line included: of a CSV file it is what
``sha256sum`` says, and a Parquet file or a spreadsheet with the same rows has the same. The rules of the lines stand
in ``partnerlens.export.lines``. So a reader checks any of the three, here with ``rows`` as a list of lists:

    def field(value):
        if isinstance(value, bool):
            value = str(value).lower()
        text = "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
        if isinstance(value, Decimal) and "." in text:
            text = text.rstrip("0").rstrip(".")
        if re.match(r"'*[=+\-@\t\r\n＝＋－＠]", text) and not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
            text = "'" + text
        return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text

    lines = [",".join(field(value) for value in row) + "\n" for row in [columns, *rows]]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
"""  # noqa: RUF002 - the wide forms are the rule

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.export.lines import check_types, decoded, header_line, row_lines
from partnerlens.units import exact_text

WIDEST = 76
"""Digits that a sum within a batch may have, so that it never overflows."""


@dataclass(frozen=True)
class SumOf:
    """
    A sum that is worked out over the rows.

    Attributes:
        name: what it is, such as ``numerator``.
        column: the column that is added up, of whole numbers or decimals; null adds nothing.
        where: only rows whose columns equal these values; empty for all rows.
    """

    name: str
    column: str
    where: Mapping[str, str | bool | int] = field(default_factory=dict)


class Totals:
    """
    What is known of the rows so far.

    Args:
        schema: of all rows.
        sums: what to add up.

    Raises:
        TypeError: a column cannot be written exactly.

    Attributes:
        row_count: the rows so far.
    """

    def __init__(self, schema: pa.Schema, sums: Sequence[SumOf] = ()) -> None:
        """Begin with the header line."""
        check_types(schema)
        self.header = header_line(schema)
        self.row_count = 0
        self._hash = hashlib.sha256(self.header)
        self._wanted = tuple(sums)
        self._added = [Fraction(0) for _ in sums]

    def add(self, batch: pa.RecordBatch) -> bytes:
        """Take a batch into account and return its lines."""
        lines = row_lines(batch)
        self._hash.update(lines)
        self.row_count += batch.num_rows
        for place, wanted in enumerate(self._wanted):
            self._added[place] += _sum(batch, wanted)
        return lines

    @property
    def sums(self) -> dict[str, str]:
        """The exact sums so far, by name; 0 without rows."""
        return {wanted.name: exact_text(value) for wanted, value in zip(self._wanted, self._added, strict=True)}

    @property
    def digest(self) -> str:
        """The digest of the rows so far."""
        return self._hash.hexdigest()


def rows_digest(rows: pa.RecordBatchReader) -> str:
    r"""
    Return the digest of rows that are not written anywhere: the one that each of their exports would state.

    >>> rows_digest(pa.table({"a": ["x"], "b": [1]}).to_reader()) == hashlib.sha256(b"a,b\nx,1\n").hexdigest()
    True
    """
    totals = Totals(rows.schema)
    for batch in rows:
        totals.add(batch)
    return totals.digest


def _sum(batch: pa.RecordBatch, wanted: SumOf) -> Fraction:
    column = batch.column(wanted.column)
    for name, value in wanted.where.items():
        matches = pc.equal(decoded(batch.column(name)), value)
        column = pc.if_else(matches, column, pa.scalar(None, column.type))
    scale = column.type.scale if pa.types.is_decimal(column.type) else 0
    total = pc.sum(column.cast(pa.decimal256(WIDEST, scale))).as_py()
    return Fraction(0) if total is None else Fraction(total)
