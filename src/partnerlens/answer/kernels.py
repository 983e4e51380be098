"""
The compiled loops of the answers, for those who install the extra ``fast``.

Each is plain Python that Numba turns into machine code; it lets other threads run while it works. Without Numba the
answers run on NumPy and are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from partnerlens.compiled import compiled, kernels_are_installed


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


def kernels() -> Kernels | None:
    """Return the compiled loops; None where Numba is not installed."""
    return Kernels(_add, _count) if kernels_are_installed() else None


@compiled
def _add(starts: Any, keep: Any, wanted: bool, owners: Any, values: Any, sums: Any) -> None:  # noqa: FBT001
    """Add the values of the groups whose ``keep`` is as wanted to the sums of their owners."""
    for group in range(len(keep)):
        if keep[group] == wanted:
            for row in range(starts[group], starts[group + 1]):
                sums[owners[row]] += values[row]


@compiled
def _count(starts: Any, keep: Any, wanted: bool, owners: Any, sums: Any) -> None:  # noqa: FBT001
    """Count the rows of the groups whose ``keep`` is as wanted for their owners."""
    for group in range(len(keep)):
        if keep[group] == wanted:
            for row in range(starts[group], starts[group + 1]):
                sums[owners[row]] += 1
