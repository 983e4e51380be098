"""Arrays of numbers that stand for columns: their types, random choices, and rows taken and stacked."""

from collections.abc import Sequence
from dataclasses import Field, fields, replace
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Whole: TypeAlias = npt.NDArray[np.int64]
Small: TypeAlias = npt.NDArray[np.int32]
Code: TypeAlias = npt.NDArray[np.int8]
Real: TypeAlias = npt.NDArray[np.float64]
Claim: TypeAlias = npt.NDArray[np.bool_]

OPEN_END = 1_000_000
"""The day number that stands for 'no end': far after every date of a sample."""

NO_DAY = -OPEN_END
"""The day number that stands for an empty date: far before every date of a sample."""


class Frame(Protocol):
    """A dataclass whose arrays have one entry per row."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


FrameT = TypeVar("FrameT", bound=Frame)


def at(frame: FrameT, rows: npt.NDArray[np.generic]) -> FrameT:
    """Return the rows at the given positions, or where a claim holds."""
    return replace(frame, **{name: array[rows] for name, array in _arrays(frame).items()})


def stacked(parts: Sequence[FrameT]) -> FrameT:
    """Return the rows of all parts, one part after the other."""
    columns = [_arrays(part) for part in parts]
    return replace(parts[0], **{name: np.concatenate([c[name] for c in columns]) for name in columns[0]})


def by_key(frame: FrameT, names: Sequence[str]) -> FrameT:
    """Return the rows in the order of the named arrays, each combination once."""
    ordered = at(frame, np.lexsort([getattr(frame, name) for name in reversed(names)]))
    keys = np.stack([getattr(ordered, name) for name in names])
    is_new = np.ones(keys.shape[1], dtype=np.bool_)
    is_new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    return at(ordered, is_new)


def pick(rng: np.random.Generator, weights: Sequence[float], *, size: int) -> Whole:
    """Return ``size`` positions in ``weights``, each as often as its weight says."""
    shares = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(shares[:-1], rng.random(size), side="right").astype(np.int64)


def chance(rng: np.random.Generator, share: float, *, size: int) -> Claim:
    """Return ``size`` claims of which the given share is true."""
    return rng.random(size) < share


def some(rng: np.random.Generator, size: int, *, share: float, least: int) -> Whole:
    """Return distinct random positions below ``size``, in order: a share of all, but ``least`` where there are."""
    wanted = min(size, max(least, int(size * share)))
    return np.sort(rng.permutation(size)[:wanted])


def _arrays(frame: Frame) -> dict[str, npt.NDArray[Any]]:
    values = {field.name: getattr(frame, field.name) for field in fields(frame)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
