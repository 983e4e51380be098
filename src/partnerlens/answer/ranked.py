"""Values in order: what stands at a place among peers, exactly."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from partnerlens.answer.cells import Bools, Ints
from partnerlens.answer.values import Numbers, Sums, credited, numbers_of
from partnerlens.model.metric import MetricId
from partnerlens.store.decimals import REST_UNITS

Keys = npt.NDArray[np.number[Any]]
"""Whole or floating-point numbers, one for each value."""


class Ordered(Protocol):
    """Values in ascending order."""

    def __len__(self) -> int:
        """Return how many values there are."""

    def value(self, place: int) -> Fraction:
        """Return the value at a place, from 0."""

    def after(self, place: int) -> int:
        """Return how many values are not above the one at a place."""


class Places:
    """
    What stands where values are cut in equal shares, found without putting them in order.

    Args:
        count: how many values there are.
        up_to: for each cut how many of them are not above the value at it.
        numbers: the smallest value, the largest, and for each cut the value at it and the smallest above that.
    """

    def __init__(self, count: int, up_to: Sequence[int], numbers: Numbers) -> None:
        """Note which places are known."""
        self._count = count
        self._numbers = numbers
        self._known = {0: 0, count - 1: 1}
        self._after: dict[int, int] = {}
        for cut, after in enumerate(up_to, 1):
            at = -(-cut * count // (len(up_to) + 1)) - 1
            self._after[at] = after
            self._known |= {at: 2 * cut, after - 1: 2 * cut}
            if after < count:
                self._known[after] = 2 * cut + 1
            if at + 1 < after:
                self._known[at + 1] = 2 * cut
        self._values: dict[int, Fraction] = {}

    def __len__(self) -> int:
        """Return how many values there are."""
        return self._count

    def value(self, place: int) -> Fraction:
        """Return the value at a cut, after it, or at the end of those equal to either."""
        known = self._known[place]
        if known not in self._values:
            self._values[known] = self._numbers.exact(known)
        return self._values[known]

    def after(self, place: int) -> int:
        """Return how many values are not above the one at a cut."""
        return self._after[place]


class Ranked:
    """
    Values in ascending order.

    They are sorted by a key, narrow where it can be, since that is what takes the time. Amounts are sorted by their
    whole part, and those few that share it with the one asked for by their rest.

    Args:
        numbers: the values, none of them null.
    """

    def __init__(self, numbers: Numbers) -> None:
        """Remember the values; they are sorted when the first is asked for."""
        self._numbers = numbers
        self._rests: dict[int, Ints] = {}

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._numbers.numerators)

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

    @cached_property
    def _keys(self) -> Keys:
        return _keys(self._numbers)

    @cached_property
    def _ordered(self) -> Keys:
        return np.sort(self._keys)

    def _rests_of(self, key: Any) -> Ints:
        """The rests of the amounts with a whole part, in order."""
        if int(key) not in self._rests:
            rests = self._numbers.rests
            self._rests[int(key)] = np.zeros(0, np.int64) if rests is None else np.sort(rests[self._keys == key])
        return self._rests[int(key)]


def ranked_peers(sums: Sums, compared: Bools) -> dict[MetricId, Ordered]:
    """
    Return the values of each metric that are compared, in order.

    Args:
        sums: what was added up for each partner.
        compared: the partners that are compared when they have credit.
    """
    cohort = credited(sums) & compared
    return {metric: Ranked(numbers.where(cohort & ~numbers.is_null)) for metric, numbers in numbers_of(sums).items()}


def _keys(numbers: Numbers) -> Keys:
    """Numbers that compare as the values do; for amounts as their whole parts do."""
    keys: Keys = numbers.order_keys() if numbers.rests is None else numbers.numerators
    if keys.dtype != np.int64:
        return keys
    limits = np.iinfo(np.int32)
    is_narrow = limits.min <= keys.min(initial=0) and keys.max(initial=0) <= limits.max
    return keys.astype(np.int32) if is_narrow else keys
