"""
What becomes of places when months go by and nothing is added: the one reading of the sets that series hold as places.

Bit 12 of a set is the data month, bit 0 the month a year before (``SeriesKind.CROSSINGS`` and ``SeriesKind.UNITS``).
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

from partnerlens.model.scorecard import DeploymentWindow

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Taking = Callable[[Ints, int], Bools]
"""Says of sets which of them count so many months ahead."""

YEAR = 12
"""Months from the month a year before to the data month."""

OBSERVED: dict[DeploymentWindow, tuple[int, int, int]] = {
    "ttm12": (1, 2, 12),
    "base_m12_obs11": (0, 1, 11),
    "base_m12_obs12": (0, 1, 12),
}
"""The base month and the first and last observed month of each window, as months since a year before (domain.md D1)."""


def crossing(window: DeploymentWindow) -> Taking:
    """Return which sets of months with enough users are new deployments: not in the base month, but in a later one."""
    base, first, last = OBSERVED[window]

    def crossed(sets: Ints, ahead: int) -> Bools:
        # After the data month users stay as they are: its bit goes on.
        lasting = sets | np.where(sets >> YEAR & 1, ((1 << YEAR) - 1) << (YEAR + 1), 0)
        observed = sum(1 << (ahead + step) for step in range(first, last + 1))
        found: Bools = ((lasting >> (base + ahead) & 1) == 0) & ((lasting & observed) != 0)
        return found

    return crossed


def qualifies_now(sets: Ints, ahead: int) -> Bools:
    """Which units qualify in the month."""
    found: Bools = (sets >> (YEAR + ahead) & 1).astype(np.bool_)
    return found


def qualified_then(sets: Ints, ahead: int) -> Bools:
    """Which units qualified a year before the month."""
    found: Bools = (sets >> ahead & 1).astype(np.bool_)
    return found


COMPARED: dict[Literal["at", "new", "both"], Taking] = {
    "at": qualifies_now,
    "new": lambda sets, ahead: qualifies_now(sets, ahead) & ~qualified_then(sets, ahead),
    "both": lambda sets, ahead: qualifies_now(sets, ahead) & qualified_then(sets, ahead),
}
"""Which units count; a ``difference`` is those that qualify now less those that did then."""


def months_counted(sets: Ints, takes: Taking) -> Ints:
    """Return for each set a mask of the months in which it counts: bit 0 is the data month, bit 12 a year after it."""
    found = np.zeros(len(sets), np.int64)
    for ahead in range(YEAR + 1):
        found |= takes(sets, ahead).astype(np.int64) << ahead
    return found
