"""Cells in memory: rows of result tables as arrays, ready to be summed by owner under any filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.integer[Any]]
"""Whole numbers of whatever width holds them."""

WORD_BITS = 62
"""Members of one word in memory; files list the members of a set one by one."""


@dataclass(frozen=True)
class Labels:
    """
    A column of texts as codes.

    Attributes:
        codes: one for each group or row.
        texts: the text of each code.
    """

    codes: Codes
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SetMembers:
    """
    The sets of a table as words of bits.

    Attributes:
        words: one row for each set, the empty one (0) included; bit ``i % 62`` of word ``i // 62`` stands for member i.
        members: the texts of each member: a product, a product and workload, or a workload.
        names: what the texts of a member are: ``product_id``, ``workload``.
    """

    words: Ints
    members: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]

    @staticmethod
    def single(members: Sequence[tuple[str, ...]], names: tuple[str, ...]) -> "SetMembers":
        """Return sets of one member each."""
        places = np.arange(len(members))
        words = np.zeros((len(members), max(1, -(-len(members) // WORD_BITS))), np.int64)
        words[places, places // WORD_BITS] = np.int64(1) << (places % WORD_BITS)
        return SetMembers(words, tuple(members), names)

    def held(self, codes: Codes) -> list[tuple[str, ...]]:
        """Return the members of some sets, each once."""
        words: list[int] = np.bitwise_or.reduce(self.words[codes], axis=0).tolist()
        return [
            member for index, member in enumerate(self.members) if words[index // WORD_BITS] >> (index % WORD_BITS) & 1
        ]

    def wanted(self, keep: Sequence[bool]) -> Ints:
        """Return the words in which the members that are kept have their bit, given for each whether it is."""
        wanted = np.zeros(self.words.shape[1], np.int64)
        for index, kept in enumerate(keep):
            if kept:
                wanted[index // WORD_BITS] |= 1 << (index % WORD_BITS)
        return wanted

    def hit(self, wanted: Ints, codes: Codes) -> Bools:
        """Return for each of some sets whether it has a wanted member; few sets are looked at one by one."""
        if len(codes) < len(self.words):
            return _overlap(self.words[codes], wanted)
        return _overlap(self.words, wanted)[codes]


def _overlap(words: Ints, wanted: Ints) -> Bools:
    found: Bools = np.any(words & wanted, axis=1) if len(wanted) > 1 else (words[:, 0] & wanted[0]) != 0
    return found


@dataclass(frozen=True)
class OwnerRows:
    """
    Rows sorted by owner; a sum runs over all of them.

    Attributes:
        owners: number of owners that sums are given for.
        present: the owners that have rows, in the order of their rows.
        starts: the first row of each of them.
        groups: the group of each row; None where each row is a group of its own.
        measures: the numbers, one for each row.
    """

    owners: int
    present: Ints
    starts: Ints
    groups: Ints | None
    measures: Mapping[str, Codes]

    @property
    def size_bytes(self) -> int:
        """How much memory the rows take."""
        groups = 0 if self.groups is None else self.groups.nbytes
        return groups + self.starts.nbytes + sum(values.nbytes for values in self.measures.values())

    def total(self, measure: str, keep: Bools) -> Ints:
        """Return the sum of a measure for each owner over the rows of the groups that are kept."""
        return self._sums(self.measures[measure] * self._rows(keep))

    def count(self, keep: Bools) -> Ints:
        """Return for each owner how many rows of the groups that are kept it has."""
        return self._sums(self._rows(keep))

    def _rows(self, keep: Bools) -> Bools:
        return keep if self.groups is None else keep[self.groups]

    def _sums(self, values: npt.NDArray[Any]) -> Ints:
        result = np.zeros(self.owners, np.int64)
        if len(self.present):
            result[self.present] = np.add.reduceat(values, self.starts, dtype=np.int64)
        return result


@dataclass(frozen=True)
class Persons:
    """
    The people with passes in several countries, who have a row in each; there are few.

    Attributes:
        groups: the group of each row.
        owners: the owner of each row.
        numbers: the person's number of each row, from 1.
    """

    groups: Ints
    owners: Ints
    numbers: Ints

    def count(self, keep: Bools, owners: int) -> Ints:
        """Return how many of them each owner has in the groups that are kept, each person once."""
        kept = keep[self.groups]
        size = int(self.numbers.max(initial=0)) + 1
        once = np.unique(self.owners[kept] * size + self.numbers[kept])
        return np.bincount(once // size, minlength=owners).astype(np.int64)


@dataclass(frozen=True)
class CellTable:
    """
    The cells of one part.

    Rows that differ in owner and numbers alone share a *group*: a filter is held against the few groups, and its
    outcome then holds for the many rows.

    Attributes:
        rows: the rows, which can be summed.
        labels: the text columns (``product_id``, ``country``), one code for each group.
        sets: the set columns, as codes into ``members``, one for each group.
        members: what the sets hold; None for a table without sets.
        persons: people who have several rows, left out of the measure ``people``; None where there are none.
    """

    rows: OwnerRows
    labels: Mapping[str, Labels]
    sets: Mapping[str, Codes]
    members: SetMembers | None
    persons: Persons | None = None

    @property
    def needed(self) -> str:
        """The set column with a member that a filter has to keep: of customer changes the products after."""
        return "after" if "after" in self.sets else next(iter(self.sets))

    @property
    def barred(self) -> str | None:
        """The set column without such a member: of customer changes the products before; None in other tables."""
        return "before" if "before" in self.sets else None
