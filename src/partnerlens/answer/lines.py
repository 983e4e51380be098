"""
The lines of measures: what the groups of a part, and their margins, say of each partner.

The rows of a line are packed into 32 bits where they can be, the partner in the low bits and the value above; a value
with no room there is cut into several rows. A margin that names many of the partners is a column, with a place for
each. Measures whose sums need 64 bits are *wide*, and not packed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from partnerlens.answer.cells import Codes, Ints

Owners = npt.NDArray[np.int32]
Rows = tuple[Owners, Ints]
"""Partners, and the value of each."""

COLUMN_SHARE = 3
"""From one in so many partners on, a margin is a column: larger, and faster than rows."""

COLUMN_SPEED = 6
"""How many places of a column are added in the time of one row."""

ROW_BITS = 32
NARROW = 2**31 - 1
MOST_PIECES = 1.25
"""A measure is wide when its values have to be cut into more rows than so many times their number."""


@dataclass
class Lines:
    """
    The lines of some measures, one measure after the other.

    Attributes:
        owners: how many partners there are.
        packed: whether rows are packed.
        measures: for each measure its part, and its first line.
        starts: where the rows of each line begin.
        columns: those of lines that are one.
        column_of: for each line its column, or -1.
        rows: partners and values of rows, or packed rows alone.
    """

    owners: int
    packed: bool
    measures: list[tuple[int, int]] = field(default_factory=list)
    starts: list[Ints] = field(default_factory=list)
    columns: list[Codes] = field(default_factory=list)
    column_of: list[Ints] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    _lines: int = 0
    _rows: int = 0

    @property
    def bits(self) -> int:
        """How many low bits of a packed row hold the partner."""
        return max(1, (self.owners - 1).bit_length())

    def holds(self, owners: Owners, values: Ints) -> bool:
        """Whether rows fit, and sums of them."""
        if not self.packed:
            return True
        if self.bits > ROW_BITS - 2 or np.abs(values).max(initial=0) > NARROW:
            return False
        sizes = np.bincount(owners, np.abs(values), self.owners)
        return bool(sizes.max(initial=0) <= NARROW and self._pieces(values).sum() <= MOST_PIECES * len(values))

    def add(self, part: int, rows: Rows, starts: Ints, margins: Sequence[Rows]) -> Ints:
        """
        Add a measure.

        Args:
            part: the number of its part.
            rows: the rows of all groups, one group after the other.
            starts: where the rows of each group begin, and the end.
            margins: the rows of the margins.

        Returns:
            How many rows adding each margin is like.
        """
        self.measures.append((part, self._lines))
        self._append(rows, starts[:-1])
        self.column_of.append(np.full(len(starts) - 1, -1, np.int64))
        costs = []
        for owners, values in margins:
            if len(owners) * COLUMN_SHARE > self.owners:
                column: Codes = np.zeros(self.owners, np.int32 if self.packed else np.int64)
                column[owners] = values
                self.column_of.append(np.array([len(self.columns)], np.int64))
                self.columns.append(column)
                self.starts.append(np.array([self._rows], np.int64))
                costs.append(self.owners // COLUMN_SPEED)
            else:
                self.column_of.append(np.array([-1], np.int64))
                self._append((owners, values), np.zeros(1, np.int64))
                costs.append(len(owners))
        self._lines += len(starts) - 1 + len(margins)
        return np.array(costs, np.int64)

    def _append(self, rows: Rows, starts: Ints) -> None:
        owners, values = rows
        if not self.packed:
            self.starts.append(starts + self._rows)
            self.rows.append((owners, values))
            self._rows += len(owners)
            return
        pieces = self._pieces(values)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(pieces)])
        self.starts.append(ends[starts] + self._rows)
        if len(values) and pieces.max() > 1:
            last = ends[1:] - 1
            most = np.sign(values) * self._most
            rest = values - most * (pieces - 1)
            owners, values = np.repeat(owners, pieces), np.repeat(most, pieces)
            values[last] = rest
        self.rows.append(((values << self.bits | owners).astype(np.int32),))
        self._rows += len(owners)

    @property
    def _most(self) -> int:
        """The largest value that a packed row holds, and without its sign the smallest."""
        return int((1 << (ROW_BITS - 1 - self.bits)) - 1)

    def _pieces(self, values: Ints) -> Ints:
        """Into how many rows each value is cut."""
        pieces: Ints = np.maximum(-(-np.abs(values) // self._most), 1)
        return pieces

    def arrays(self) -> tuple[Any, ...]:
        """
        Return what the compiled loops read.

        That is: part and first line of each measure, the start of each line and the end of the last, the column of each
        line, the packed rows, or partners and values, and the columns.
        """
        kind = np.int32 if self.packed else np.int64
        kinds = (np.int32,) if self.packed else (np.int32, np.int64)
        return (
            np.array(self.measures, np.int64).reshape(-1, 2),
            np.concatenate([*self.starts, np.array([self._rows], np.int64)]),
            np.concatenate([*self.column_of, np.zeros(0, np.int64)]),
            *(np.concatenate([*(rows[at] for rows in self.rows), np.zeros(0, kind)]) for at, kind in enumerate(kinds)),
            np.stack(self.columns) if self.columns else np.zeros((0, self.owners), kind),
        )
