"""Columns of text, days and money made from arrays of numbers."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.sample.arrays import NO_DAY, OPEN_END, Claim, Whole

Column: TypeAlias = pa.Array
"""One column of a file."""


def numbered(prefix: str, numbers: Whole, *, width: int) -> Column:
    """Return a prefix with each number padded with zeros: ``C00012``."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")
    return joined(prefix, digits)


def joined(*parts: "str | Column", between: str = "") -> Column:
    """Return the parts of each row joined into one text."""
    return pc.binary_join_element_wise(*(pa.scalar(p) if isinstance(p, str) else p for p in parts), between)


def words(codes: npt.NDArray[Any], vocabulary: Sequence[str], *, missing: Claim | None = None) -> Column:
    """Return the word that each code stands for; empty where ``missing``."""
    indices = pa.array(codes.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(vocabulary, pa.string()))


def taken(texts: Column, rows: npt.NDArray[Any], *, missing: Claim | None = None) -> Column:
    """Return the texts at the given rows; empty where ``missing``."""
    return texts.take(pa.array(np.where(missing, 0, rows) if missing is not None else rows, mask=missing))


def dates(days: npt.NDArray[Any]) -> Column:
    """Return days as dates; empty for NO_DAY and OPEN_END."""
    return pa.array(days.astype(np.int32), pa.date32(), mask=(days == NO_DAY) | (days == OPEN_END))


def decimals(units: Whole, places: int) -> Column:
    """
    Return whole numbers of the smallest unit as exact decimals.

    Args:
        units: the amounts times 10 to the power of ``places``.
        places: digits after the point.
    """
    pairs = np.empty((len(units), 2), dtype=np.int64)
    pairs[:, 0] = units
    pairs[:, 1] = units >> 63
    return pa.Array.from_buffers(pa.decimal128(18, places), len(units), [None, pa.py_buffer(pairs)])


def repeated(text: str, rows: int) -> Column:
    """Return a column that has the same text in each row."""
    return words(np.zeros(rows, dtype=np.int64), [text])
