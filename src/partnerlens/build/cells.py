"""
Give the cells of a month their final form: ids instead of numbers, sets as lists of members, one order.

The form depends on nothing but what the cells say, so a month built alone, with others, or again after an
unrelated load has the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.build.part import SET_TABLE_SUFFIX, Part, Roll, SetOf
from partnerlens.build.step import WORD_BITS
from partnerlens.engine.protocol import Engine
from partnerlens.months import WINDOW_MONTHS
from partnerlens.store.decimals import check_room, joined_decimals, split_decimals

Ints = npt.NDArray[np.int64]

LAST_BIT = 62
"""The highest month of a pass that a mask could hold."""

SET_COLUMNS: dict[SetOf, tuple[str, ...]] = {
    SetOf.PRODUCTS: ("product_id",),
    SetOf.PAIRS: ("product_id", "workload"),
    SetOf.WORKLOADS: ("workload",),
}
"""The columns that name a member of a set."""


class Ids:
    """
    The ids behind the numbers of one dimension, with their rank in the order of ids.

    Args:
        numbers: the store's numbers.
        ids: the id of each.

    Attributes:
        sorted: the ids in order.
        numbers: by rank, the number.
        ranks: by number, the rank of its id.
    """

    def __init__(self, numbers: Ints, ids: Sequence[str]) -> None:
        """Sort the ids once."""
        order = sorted(range(len(ids)), key=ids.__getitem__)
        self.sorted: list[str] = [ids[index] for index in order]
        self.ranks = np.zeros(int(numbers.max(initial=0)) + 1, np.int64)
        self.numbers: Ints = numbers[order]
        self.ranks[self.numbers] = np.arange(len(order))

    def rank(self, numbers: Ints) -> Ints:
        """Return the rank of each number's id."""
        return self.ranks[numbers]


def partner_ids(engine: Engine) -> Ids:
    """Return the ids of the partners; the engine has them by name."""
    return _ids(engine.fetch("SELECT partner_no AS no, partner_id AS id FROM partners"))


def product_ids(engine: Engine) -> Ids:
    """Return the ids of the products; the engine has them by name."""
    return _ids(engine.fetch("SELECT product_no AS no, product_id AS id FROM products"))


def _ids(rows: pa.Table) -> Ids:
    return Ids(_numbers(rows, "no"), rows["id"].to_pylist())


@dataclass(frozen=True)
class Naming:
    """
    What the numbers and bits of a pass stand for.

    Attributes:
        partners: the partners' ids.
        products: the products' ids.
        members: for each kind of set, the members by bit, each as the values of its columns.
    """

    partners: Ids
    products: Ids
    members: dict[SetOf, list[tuple[str, ...]]]


MonthRows = tuple[Any, ...]
"""The month ``t`` of some rows (-1 for the cells that rows go on from), their cells, and each of their numbers."""


class Months(Protocol):
    """What the cells of a part have in each month of a pass."""

    def at(self, t: int) -> tuple[Ints, dict[str, Ints]]:
        """Return the cells of month ``t`` that have anything, ascending, and their measures."""


@dataclass(frozen=True)
class Cells:
    """
    The cells of a part in all months of a pass.

    Attributes:
        keys: by key column the code of each cell, and what the codes stand for (None: the codes are the values).
            Cells are in the order of their codes, the first column first, and codes in that of what they stand for.
        sets: the sets by code, in the order of their sorted members; the empty one is the first.
        months: what the cells have.
    """

    keys: dict[str, tuple[Ints, list[str] | None]]
    sets: list[tuple[tuple[str, ...], ...]]
    months: Months


class CellSeries:
    """
    Gives the cells of each data month their final form.

    Args:
        part: the part.
        cells: its cells in all months of the pass.
    """

    def __init__(self, part: Part, cells: Cells) -> None:
        """Remember the cells, and lay out what all months share."""
        self._part = part
        self._cells = cells
        self._texts = {
            name: pa.array(texts, pa.string()) for name, (_, texts) in cells.keys.items() if texts is not None
        }
        self._set_of_row = np.repeat(np.arange(len(cells.sets)), [len(members) for members in cells.sets])
        self._members: dict[str, pa.Array] = {}
        if part.set_of is not None:
            rows = [member for members in cells.sets for member in members]
            self._members = {
                name: pa.array([member[place] for member in rows], pa.string())
                for place, name in enumerate(SET_COLUMNS[part.set_of])
            }

    def at(self, t: int) -> dict[str, pa.Table]:
        """
        Return the result tables of data month ``t``; months are asked for in ascending order.

        Returns:
            The cells under the part's name, sorted by all keys; and, when the part has sets, their members
            under ``PART_sets`` (``set``, member columns). Set 0 is the empty set and has no member.
        """
        kept, totals = self._cells.months.at(t)
        columns: dict[str, pa.Array] = {}
        local, tables_of_sets = self._local_sets(kept)
        for name, (codes, _) in self._cells.keys.items():
            if name in self._texts:
                columns[name] = _labelled(codes[kept], self._texts[name])
            elif name in self._part.sets:
                columns[name] = pa.array(local[codes[kept]], pa.int32())
            else:
                columns[name] = pa.array(codes[kept], pa.int32())
        for name, kind in self._part.measures.items():
            if kind.startswith("DECIMAL"):
                columns[name] = joined_decimals(totals[name], totals[f"{name}_rest"])
            else:
                columns[name] = pa.array(totals[name], pa.int64())
        return {self._part.name: pa.table(columns)} | tables_of_sets

    def _local_sets(self, kept: Ints) -> tuple[Ints, dict[str, pa.Table]]:
        """The code of each set among those that the kept cells use, in the same order, and the table of these."""
        if self._part.set_of is None:
            return np.zeros(0, np.int64), {}
        used = np.zeros(len(self._cells.sets), np.bool_)
        used[0] = True
        for name in self._part.sets:
            used[self._cells.keys[name][0][kept]] = True
        local = np.cumsum(used, dtype=np.int32) - np.int32(1)
        rows = np.flatnonzero(used[self._set_of_row])
        columns = {"set": pa.array(local[self._set_of_row[rows]], pa.int32())}
        columns |= {name: members.take(pa.array(rows)) for name, members in self._members.items()}
        return local, {self._part.name + SET_TABLE_SUFFIX: pa.table(columns)}


def cells_of_rows(part: Part, rows: pa.Table, naming: Naming, *, after: int | None = None) -> Cells:
    """
    Code and sort the rows of a part's last step.

    Args:
        part: the part.
        rows: keys, sets in words, measures, and ``t`` or ``held``. With ``after``, rows of ``t`` -1 are the cells of
            that month.
        naming: what the numbers stand for.
        after: the month whose cells the rows go on from; None when the rows hold all months of the windows.
    """
    sets: list[tuple[tuple[str, ...], ...]] = []
    coded: dict[str, tuple[Ints, list[str] | None]] = {
        "partner_id": (naming.partners.rank(_numbers(rows, "partner_no")), naming.partners.sorted)
    }
    for key in part.keys:
        coded[key] = _coded(key, rows, naming)
    if part.set_of is not None:
        codes_of_sets, sets = _sets(part, rows, naming.members[part.set_of])
        coded |= {name: (code, None) for name, code in codes_of_sets.items()}
    order, key_of = _distinct([codes for codes, _ in coded.values()])
    first = order[np.flatnonzero(np.diff(key_of, prepend=-1))]
    keys = {name: (codes[first], texts) for name, (codes, texts) in coded.items()}
    measures = _measures(part, rows)
    if part.roll is Roll.MASK:
        held = _numbers(rows, "held")[order]
        return Cells(keys, sets, Masked(held, key_of, {name: value[order] for name, value in measures.items()}))
    rows_of = _by_month(_numbers(rows, "t"), order, key_of, list(measures.values()))
    return Cells(keys, sets, Added(part.roll, list(measures), rows_of, cells=len(first), after=after))


def _by_month(when: Ints, order: Ints, cell_of: Ints, measures: Sequence[Ints]) -> list[MonthRows]:
    """The rows of each month; ``when`` is the month of each row, ``cell_of`` its cell in the order of cells."""
    months = when[order].astype(np.int8)
    # Few distinct small numbers are sorted without comparing.
    by_month = np.argsort(months, kind="stable")
    months, rows = months[by_month], order[by_month]
    columns = [cell_of[by_month], *(values[rows] for values in measures)]
    firsts = np.flatnonzero(np.diff(months, prepend=-2))
    return [
        (int(months[first]), *(column[first:end] for column in columns))
        for first, end in pairwise([*firsts.tolist(), len(months)])
    ]


class Masked:
    """
    What the rows that hold in a data month add up to, by cell.

    Args:
        held: the months of each row, as a mask.
        cell_of: the cell of each row, ascending.
        measures: the numbers of each row.
    """

    def __init__(self, held: Ints, cell_of: Ints, measures: dict[str, Ints]) -> None:
        """Remember the rows."""
        self._held = held
        self._cell_of = cell_of
        self._measures = measures

    def at(self, t: int) -> tuple[Ints, dict[str, Ints]]:
        """Return the cells that have a row in month ``t``, and the sums of their rows."""
        rows = np.flatnonzero(self._held >> t & 1)
        cells = self._cell_of[rows]
        starts = np.flatnonzero(np.diff(cells, prepend=-1))
        if not len(rows):
            return cells, dict.fromkeys(self._measures, cells)
        return cells[starts], {name: np.add.reduceat(values[rows], starts) for name, values in self._measures.items()}


class Added:
    """
    What the rows of the months up to a data month add up to, by cell.

    Rows that come together have at most one row of a cell, so they can be added at once. Going from month to month adds
    the new one and takes away the one that leaves the window, whose rows are let go of.

    Args:
        roll: how months roll up.
        measures: the names of the rows' numbers.
        rows: the rows.
        cells: how many cells there are.
        after: the month that the rows of -1 stand for; None when there are none.

    Raises:
        DefinitionError: amounts are too large to be added.
    """

    def __init__(
        self, roll: Roll, measures: Sequence[str], rows: Iterable[MonthRows], *, cells: int, after: int | None = None
    ) -> None:
        """Tell the rows by month."""
        self._rows: dict[int, list[tuple[Ints, ...]]] = {}
        for t, *columns in rows:
            self._rows.setdefault(t, []).append(tuple(columns))
        self._reach = {Roll.WINDOW: WINDOW_MONTHS, Roll.MONTH: 1}.get(roll)
        self._totals = {name: np.zeros(cells, np.int64) for name in measures}
        if "amount" in measures:
            self._check_room(list(measures).index("amount"), cells)
        self._reached = -1
        if after is not None:
            self._count(-1, 1)
            self._reached = after

    def at(self, t: int) -> tuple[Ints, dict[str, Ints]]:
        """Return the cells of month ``t`` whose totals are not all zero, and these totals."""
        while self._reached < t:
            self._reached += 1
            self._count(self._reached, 1)
            if self._reach is None:
                self._rows.pop(self._reached, None)
            elif self._reached >= self._reach:
                self._count(self._reached - self._reach, -1)
                self._rows.pop(self._reached - self._reach, None)
        first, *others = self._totals.values()
        is_kept = first != 0
        for values in others:
            is_kept |= values != 0
        kept = np.flatnonzero(is_kept)
        return kept, {name: values[kept] for name, values in self._totals.items()}

    def _count(self, t: int, sign: int) -> None:
        for cells, *values in self._rows.get(t, ()):
            for totals, added in zip(self._totals.values(), values, strict=True):
                if sign > 0:
                    totals[cells] += added
                else:
                    totals[cells] -= added

    def _check_room(self, place: int, cells: int) -> None:
        sizes = np.zeros(cells, np.float64)
        for pieces in self._rows.values():
            for owners, *values in pieces:
                sizes[owners] += np.abs(values[place].astype(np.float64))
        check_room(sizes)


def _measures(part: Part, rows: pa.Table) -> dict[str, Ints]:
    measures: dict[str, Ints] = {}
    for name, kind in part.measures.items():
        if kind.startswith("DECIMAL"):
            measures[name], measures[f"{name}_rest"] = split_decimals(rows[name])
        else:
            measures[name] = _numbers(rows, name)
    return measures


def _numbers(rows: pa.Table, column: str) -> Ints:
    numbers: Ints = rows[column].to_numpy().astype(np.int64)
    return numbers


def _coded(key: str, rows: pa.Table, naming: Naming) -> tuple[Ints, list[str] | None]:
    if key == "product_id":
        return naming.products.rank(_numbers(rows, "product_no")), naming.products.sorted
    if key == "person":
        return _numbers(rows, "person"), None
    encoded = rows[key].combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_pylist()
    ids = Ids(np.arange(len(values), dtype=np.int64), values)
    return ids.rank(encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)), ids.sorted


def _sets(
    part: Part, rows: pa.Table, members: list[tuple[str, ...]]
) -> tuple[dict[str, Ints], list[tuple[tuple[str, ...], ...]]]:
    """The code of each row's sets, and the sets by code: in order of their sorted members, the empty one first."""
    words = max(1, -(-len(members) // WORD_BITS))
    stacked = np.concatenate(
        [np.column_stack([_numbers(rows, f"{name}_{word}") for word in range(words)]) for name in part.sets]
    )
    if words == 1:
        encoded = pa.array(stacked[:, 0]).dictionary_encode()
        distinct, inverse = encoded.dictionary.to_numpy()[:, None], encoded.indices.to_numpy()
    else:
        distinct, inverse = np.unique(stacked, axis=0, return_inverse=True)
    codes, ordered = codes_of_sets(distinct, members)
    split = np.split(codes[inverse.reshape(-1)], len(part.sets))
    return dict(zip(part.sets, split, strict=True)), ordered


def codes_of_sets(distinct: Ints, members: list[tuple[str, ...]]) -> tuple[Ints, list[tuple[tuple[str, ...], ...]]]:
    """
    Number sets in the order of their sorted members, the empty set first.

    Args:
        distinct: the sets, one a row, as words.
        members: the member of each bit.

    Returns:
        The number of each row's set, and the sets by number.
    """
    found = [_members(row, members) for row in distinct.tolist()]
    ordered: list[tuple[tuple[str, ...], ...]] = sorted({(), *found})
    code_of = {members_of: code for code, members_of in enumerate(ordered)}
    return np.array([code_of[members_of] for members_of in found], np.int64), ordered


def _members(words: list[int], members: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    present = [
        members[word * WORD_BITS + bit]
        for word, mask in enumerate(words)
        for bit in range(mask.bit_length())
        if mask >> bit & 1
    ]
    return tuple(sorted(present))


def in_order(keys: Sequence[Ints]) -> Ints:
    """Return the row order by some keys, the first key first, none of them negative; equal rows keep their order."""
    return _distinct(keys)[0]


def _distinct(keys: Sequence[Ints]) -> tuple[Ints, Ints]:
    """The row order by the keys, first key first, and for each row in that order the number of its distinct key."""
    sizes = [int(key.max(initial=0)) + 1 for key in keys]
    rows = len(keys[0])
    if float(np.prod([float(size) for size in (*sizes, rows + 1)])) >= 2.0**62:
        order = np.lexsort(keys[::-1])
        turns = np.zeros(rows, np.bool_)
        for key in keys:
            turns |= np.diff(key[order], prepend=-1) != 0
        return order, np.cumsum(turns) - 1
    # Keys and row as one number where they fit: numbers are sorted several times as fast as rows are.
    packed = keys[0].astype(np.int64)
    for key, size in zip(keys[1:], sizes[1:], strict=True):
        packed *= size
        packed += key
    packed *= rows + 1
    packed += np.arange(rows)
    packed.sort()
    order = packed % (rows + 1)
    packed //= rows + 1
    key_of = np.empty(rows, np.int64)
    key_of[:1] = 0
    np.cumsum(packed[1:] != packed[:-1], out=key_of[1:])
    return order, key_of


def _labelled(codes: Ints, values: pa.Array) -> pa.DictionaryArray:
    """A column of texts that carries only the texts it uses, in order."""
    is_used = np.zeros(len(values), np.bool_)
    is_used[codes] = True
    index = (np.cumsum(is_used, dtype=np.int32) - np.int32(1))[codes]
    return pa.DictionaryArray.from_arrays(pa.array(index, pa.int32()), values.take(pa.array(np.flatnonzero(is_used))))
