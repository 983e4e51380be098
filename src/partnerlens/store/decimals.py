"""
Exact amounts as pairs of whole numbers.

An amount has eighteen decimals: six of the line and twelve of the rate. Its millionths and the rest below a
millionth are two 64-bit numbers, so that sums over arrays stay exact and fast; files hold DECIMAL(38,18).
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.errors import DefinitionError

Ints = npt.NDArray[np.int64]

REST_UNITS = 10**12
"""Units of the rest (1e-18) in one millionth."""

AMOUNT = pa.decimal128(38, 18)
"""The type of a converted amount in files."""


def split_decimals(column: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """
    Return amounts as millionths and rests in units of 1e-18, exactly.

    A decimal's 128 bits are two words; the millionths are cut off by Arrow, and the rest follows from the low
    words alone because it is smaller than a word, whatever the high words hold.

    Raises:
        DefinitionError: an amount has more millionths than 64 bits hold.
    """
    if not len(column):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    words = _words(column.cast(pa.decimal128(38, 6), safe=False))
    millionths = words[:, 0].copy()
    if not np.array_equal(words[:, 1], millionths >> 63):
        raise DefinitionError(
            "an amount is larger than 9,223,372,036,854 units of the reporting currency",
            "check the exchange rates, or report in a currency of larger units",
        )
    with np.errstate(over="ignore"):
        rests = _words(column)[:, 0] - millionths * np.int64(REST_UNITS)
    return millionths, rests


def joined_decimals(millionths: Ints, rests: Ints) -> pa.Array:
    """
    Return the amounts of millionths and rests as decimals.

    >>> joined_decimals(np.array([1500000]), np.array([-1])).to_pylist()
    [Decimal('1.499999999999999999')]
    """
    carried = rests // REST_UNITS
    whole = _decimals(millionths + carried, pa.decimal128(19, 6))
    rest = _decimals(rests - carried * REST_UNITS, pa.decimal128(18, 18))
    return pc.add(whole, rest).cast(AMOUNT)


def _words(column: pa.ChunkedArray) -> Ints:
    decimals = column.combine_chunks()
    if isinstance(decimals, pa.ChunkedArray):
        decimals = pa.concat_arrays(decimals.chunks)
    words = np.frombuffer(decimals.buffers()[1], np.int64).reshape(-1, 2)
    return words[decimals.offset : decimals.offset + len(decimals)]


def _decimals(numbers: Ints, kind: pa.Decimal128Type) -> pa.Array:
    words = np.column_stack([numbers, numbers >> 63])
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(np.ascontiguousarray(words))])
