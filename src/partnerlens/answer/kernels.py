"""
The compiled loops of the answers, for those who install the extra ``fast``.

Each is plain Python that Numba turns into machine code; it lets other threads run while it works. Without Numba the
answers run on NumPy and are the same.
"""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Kernels:
    """
    The compiled loops.

    Attributes:
        add: see ``_add``.
        count: see ``_count``.
    """

    add: Callable[..., None]
    count: Callable[..., None]


@cache
def compiled() -> Kernels | None:
    """
    Return the compiled loops; None where Numba is not installed.

    The machine code is kept beside the program, or in the user's cache folder, so it is made once.
    """
    if importlib.util.find_spec("numba") is None:
        return None
    numba = importlib.import_module("numba")

    def made(loop: Callable[..., None]) -> Callable[..., None]:
        try:
            kept: Callable[..., None] = numba.njit(cache=True, nogil=True)(loop)
        except RuntimeError:
            # No folder can be written to: the code is made anew in each process.
            kept = numba.njit(nogil=True)(loop)
        return kept

    return Kernels(made(_add), made(_count))


def _add(starts: Any, keep: Any, wanted: bool, owners: Any, values: Any, sums: Any) -> None:  # noqa: FBT001
    """Add the values of the groups whose ``keep`` is as wanted to the sums of their owners."""
    for group in range(len(keep)):
        if keep[group] == wanted:
            for row in range(starts[group], starts[group + 1]):
                sums[owners[row]] += values[row]


def _count(starts: Any, keep: Any, wanted: bool, owners: Any, sums: Any) -> None:  # noqa: FBT001
    """Count the rows of the groups whose ``keep`` is as wanted for their owners."""
    for group in range(len(keep)):
        if keep[group] == wanted:
            for row in range(starts[group], starts[group + 1]):
                sums[owners[row]] += 1
