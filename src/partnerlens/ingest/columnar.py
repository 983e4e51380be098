"""Parquet files: their columns, and their rows as a stream of texts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from partnerlens.errors import DefinitionError
from partnerlens.ingest.bytestream import Progress
from partnerlens.ingest.source import Defect, row_batch

BATCH_ROWS = 65_536


class ParquetSource:
    """
    A Parquet file; its rows are numbered from 1.

    Args:
        file: the file.
        progress: told about rows read and rows in all.

    Raises:
        DefinitionError: the file is no Parquet file, or holds columns that are no single values.
    """

    def __init__(self, file: Path, progress: Progress | None = None) -> None:
        """Open the file and read its schema."""
        try:
            self._parquet = parquet.ParquetFile(file)
        except (pa.ArrowInvalid, pa.ArrowIOError, OSError) as error:
            raise DefinitionError(f"{file.name}: the file is not a readable Parquet file: {error}") from error
        self._file = file
        self._progress = progress
        self.remarks: Sequence[str] = ()
        self.header: Sequence[str] = [name.strip() for name in self._parquet.schema_arrow.names]
        self.header_line: int | None = None

    def batches(self, columns: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Return the rows in the order of the file; raises DefinitionError when it is damaged."""
        row = 0
        total = self._parquet.metadata.num_rows
        names = [self._parquet.schema_arrow.names[number] for number in columns]
        try:
            for batch in self._parquet.iter_batches(BATCH_ROWS, columns=names):
                texts = [self._text(batch.column(name), name) for name in names]
                lines = pa.array(range(row + 1, row + 1 + batch.num_rows), pa.int64())
                defects = [
                    defect for name, cells in zip(names, texts, strict=True) for defect in _nul_defects(cells, name)
                ]
                yield row_batch(columns, texts, lines, defects)
                row += batch.num_rows
                if self._progress is not None:
                    self._progress(row, total)
        except (pa.ArrowInvalid, pa.ArrowIOError, OSError) as error:
            raise DefinitionError(f"{self._file.name}: the Parquet file is damaged: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._parquet.close()

    def _text(self, cells: pa.Array, name: str) -> pa.Array:
        kind = cells.type
        if pa.types.is_dictionary(kind):
            return self._text(cells.dictionary_decode(), name)
        if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
            return pa.array([None if cell is None else plain_number(cell) for cell in cells.to_pylist()], pa.string())
        if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            joined = [None if cell is None else ";".join(str(item) for item in cell) for cell in cells.to_pylist()]
            return pa.array(joined, pa.string())
        try:
            return cells.cast(pa.string())
        except pa.ArrowNotImplementedError as error:
            raise DefinitionError(
                f"{self._file.name}: column '{name}' holds values of type {kind}", "store it as text, number or date"
            ) from error


def plain_number(value: Decimal | float) -> str:
    """
    Return a number as digits and a point, without exponent; ``nan`` and ``inf`` stay words.

    >>> plain_number(1e16), plain_number(0.5), plain_number(Decimal("0E-9"))
    ('10000000000000000', '0.5', '0.000000000')
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        return str(value)
    text = format(exact, "f")
    return text.removesuffix(".0") if isinstance(value, float) else text


def _nul_defects(cells: pa.Array, column: str) -> list[Defect]:
    found = pc.match_substring(cells, "\0")
    if not pc.any(found).as_py():
        return []
    return [
        Defect(row, "nul_byte", column, str(cells[row]).replace("\0", "\N{SYMBOL FOR NULL}"))
        for row, has_nul in enumerate(found.to_pylist())
        if has_nul
    ]
