"""Days and months as whole numbers."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.compiled import Ints

Days = npt.NDArray[np.int64]
"""Days counted from 1970."""

OPEN = 2**31 - 2
"""The day of an end that is open: after every other."""

NEVER = -(2**31)
"""The day of something that did not happen: before every other."""

FIRST, LAST = np.datetime64("1800-01-01"), np.datetime64("2200-01-01")
"""The days that have a month of their own; a day before or after all that counts has that of the first or the last."""

_MONTHS_BEFORE_1970 = 1970 * 12


def days_of(column: pa.ChunkedArray, missing: int) -> Days:
    """Return dates as days counted from 1970, with ``missing`` where there is none."""
    days: Days = pc.fill_null(column.cast(pa.int32()), missing).to_numpy().astype(np.int64)
    return days


def month_of(days: Days) -> Ints:
    """Return the month of each day, counted from year 0; days outside of ``FIRST`` to ``LAST`` have that of these."""
    first, last = FIRST.astype(np.int64), LAST.astype(np.int64)
    months: Ints = _months()[np.clip(days, first, last) - first]
    return months


@cache
def _months() -> Ints:
    """The month of each day from the first to the last."""
    months: Ints = np.arange(FIRST, LAST + 1).astype("datetime64[M]").astype(np.int64) + _MONTHS_BEFORE_1970
    return months
