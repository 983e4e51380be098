"""Days and months as whole numbers."""

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

_MONTHS_BEFORE_1970 = 1970 * 12


def days_of(column: pa.ChunkedArray, missing: int) -> Days:
    """Return dates as days counted from 1970, with ``missing`` where there is none."""
    days: Days = pc.fill_null(column.cast(pa.int32()), missing).to_numpy().astype(np.int64)
    return days


def month_of(days: Days) -> Ints:
    """Return the month of each day, counted from year 0."""
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _MONTHS_BEFORE_1970
    return months
