"""Values in order: what stands at a place among peers, exactly."""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from partnerlens.answer.cells import Ints
from partnerlens.answer.values import Numbers
from partnerlens.store.decimals import REST_UNITS

Keys = npt.NDArray[np.number[Any]]
"""Whole or floating-point numbers, one for each value."""


class Ranked:
    """
    Values in ascending order.

    They are sorted by a key, narrow where it can be, since that is what takes the time. Amounts are sorted by their
    whole part, and those few that share it with the one asked for by their rest.

    Args:
        numbers: the values, none of them null.
    """

    def __init__(self, numbers: Numbers) -> None:
        """Sort the keys."""
        self._numbers = numbers
        self._keys = _keys(numbers)
        self._ordered = np.sort(self._keys)
        self._rests: dict[int, Ints] = {}

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._ordered)

    def value(self, place: int) -> Fraction:
        """Return the value at a place, from 0."""
        numbers, key = self._numbers, self._ordered[place]
        if numbers.rests is not None:
            first = int(np.searchsorted(self._ordered, key))
            return Fraction(int(key) * REST_UNITS + int(self._rests_of(key)[place - first]), 10**18)
        if numbers.denominators is None:
            return Fraction(int(key))
        return numbers.exact(int(np.argmax(self._keys == key)))

    def after(self, place: int) -> int:
        """Return how many values are not above the one at a place."""
        key = self._ordered[place]
        end = int(np.searchsorted(self._ordered, key, "right"))
        if self._numbers.rests is None:
            return end
        first = int(np.searchsorted(self._ordered, key))
        rests = self._rests_of(key)
        return first + int(np.searchsorted(rests, rests[place - first], "right"))

    def _rests_of(self, key: Any) -> Ints:
        """The rests of the amounts with a whole part, in order."""
        if int(key) not in self._rests:
            rests = self._numbers.rests
            self._rests[int(key)] = np.zeros(0, np.int64) if rests is None else np.sort(rests[self._keys == key])
        return self._rests[int(key)]


def _keys(numbers: Numbers) -> Keys:
    """Numbers that compare as the values do; for amounts as their whole parts do."""
    keys: Keys = numbers.order_keys() if numbers.rests is None else numbers.numerators
    if keys.dtype != np.int64:
        return keys
    limits = np.iinfo(np.int32)
    is_narrow = limits.min <= keys.min(initial=0) and keys.max(initial=0) <= limits.max
    return keys.astype(np.int32) if is_narrow else keys
