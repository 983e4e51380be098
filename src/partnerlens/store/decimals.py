"""
Exact amounts as pairs of whole numbers.

An amount has eighteen decimals: six of the line and twelve of the rate. Its ten-thousandths and the rest below
them are two 64-bit numbers, so that sums over arrays stay exact and fast; files hold DECIMAL(38,18). The cut leaves
room on both sides: sums up to 900 million million units, and rests of ninety thousand cells.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.errors import DefinitionError

Ints = npt.NDArray[np.int64]

REST_UNITS = 10**14
"""Units of the rest (1e-18) in one ten-thousandth."""

LARGEST = 9.2e18
"""A sum of whole numbers beyond this does not fit 64 bits."""

AMOUNT = pa.decimal128(38, 18)
"""The type of a converted amount in files."""


def split_decimals(column: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """
    Return amounts as ten-thousandths and rests in units of 1e-18, exactly.

    A decimal's 128 bits are two words; the whole part is cut off by Arrow, and the rest follows from the low
    words alone because it is smaller than a word, whatever the high words hold.

    Raises:
        DefinitionError: an amount has more ten-thousandths than 64 bits hold.
    """
    if not len(column):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    words = _words(column.cast(pa.decimal128(38, 4), safe=False))
    whole = words[:, 0].copy()
    if not np.array_equal(words[:, 1], whole >> 63):
        raise _too_large()
    with np.errstate(over="ignore"):
        rests = _words(column)[:, 0] - whole * np.int64(REST_UNITS)
    return whole, rests


def joined_decimals(whole: Ints, rests: Ints) -> pa.Array:
    """
    Return the amounts of whole parts and rests as decimals.

    >>> joined_decimals(np.array([15000]), np.array([-1])).to_pylist()
    [Decimal('1.499999999999999999')]
    """
    carried = rests // REST_UNITS
    kept = decimals_of(whole + carried, pa.decimal128(19, 4))
    rest = decimals_of(rests - carried * REST_UNITS, pa.decimal128(18, 18))
    return pc.add(kept, rest).cast(AMOUNT)


def check_room(sizes: npt.NDArray[Any]) -> None:
    """
    Make sure that sums of whole parts fit 64 bits.

    Args:
        sizes: for each sum, the sum of the sizes of what it adds, in ten-thousandths.

    Raises:
        DefinitionError: one of them may not fit.
    """
    if sizes.max(initial=0) > LARGEST:
        raise _too_large()


def _too_large() -> DefinitionError:
    return DefinitionError(
        "amounts of more than 920 million million units of the reporting currency cannot be added",
        "check the amounts and exchange rates, or report in a currency of larger units",
    )


def _words(column: pa.ChunkedArray) -> Ints:
    decimals = column.combine_chunks()
    if isinstance(decimals, pa.ChunkedArray):
        decimals = pa.concat_arrays(decimals.chunks)
    words = np.frombuffer(decimals.buffers()[1], np.int64).reshape(-1, 2)
    return words[decimals.offset : decimals.offset + len(decimals)]


def decimals_of(numbers: Ints, kind: pa.Decimal128Type) -> pa.Array:
    """Return whole numbers of the smallest unit of a kind of decimals as such decimals."""
    words = np.column_stack([numbers, numbers >> 63])
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(np.ascontiguousarray(words))])
