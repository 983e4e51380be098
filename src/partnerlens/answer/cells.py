"""Cells in memory: the result tables of one month as arrays, ready to be summed by partner under any filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.store.decimals import check_room, split_decimals

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


SETS_OF_CELLS = frozenset({"before", "after", "used", "lists"})
"""The columns of result tables that hold sets."""


@dataclass(frozen=True)
class Labels:
    """
    A column of texts as codes.

    Attributes:
        codes: one for each row, group or member.
        texts: the text of each code.
    """

    codes: npt.NDArray[np.int32]
    texts: tuple[str, ...]


WORD_BITS = 62
"""Members of one word in memory; files list the members of a set one by one."""


@dataclass(frozen=True)
class SetMembers:
    """
    The sets of a table as words of bits.

    Attributes:
        words: one row for each set, the empty one (0) included; bit ``i % 62`` of word ``i // 62`` stands for member i.
        members: the texts of each member: a product, a product and workload, or a workload.
    """

    words: Ints
    members: tuple[tuple[str, ...], ...]

    def hit(self, keep: Sequence[bool]) -> Bools:
        """Return for each set whether it has a member that is kept, given for each member whether it is."""
        wanted = np.zeros(self.words.shape[1], np.int64)
        for index, kept in enumerate(keep):
            if kept:
                wanted[index // WORD_BITS] |= 1 << (index % WORD_BITS)
        found: Bools = np.any(self.words & wanted, axis=1) if len(wanted) > 1 else (self.words[:, 0] & wanted[0]) != 0
        return found


@dataclass(frozen=True)
class CellTable:
    """
    The cells of one part of one month, sorted by partner.

    Rows that differ in partner and numbers alone share a *group*: a filter is held against the few groups, and
    its outcome is then looked up for the many rows.

    Attributes:
        partners: number of partners that sums are given for.
        present: the partners that have rows, as positions among all, ascending.
        starts: the first row of each of them.
        groups: the group of each row (as wide as an index, which makes the look-up twice as fast).
        labels: the text columns (``product_id``, ``country``), one code for each group.
        sets: the set columns, as codes into ``members``, one for each group.
        members: what the sets hold; None for a table without sets.
        measures: the numbers, one for each row; ``amount`` is in ten-thousandths, with ``amount_rest`` in units of
            1e-18.
        persons: the person's number of a row; None in tables without people. 0 counts people of one country.
    """

    partners: int
    present: Ints
    starts: Ints
    groups: Ints
    labels: Mapping[str, Labels]
    sets: Mapping[str, npt.NDArray[np.int32]]
    members: SetMembers | None
    measures: Mapping[str, Ints]
    persons: Ints | None = None

    @property
    def rows(self) -> int:
        """How many cells there are."""
        return len(self.groups)

    def total(self, measure: str, keep: Bools) -> Ints:
        """Return the sum of a measure over the rows that are kept, for each partner."""
        return self.by_partner(self.measures[measure] * keep)

    def any(self, keep: Bools) -> Bools:
        """Return for each partner whether a row is kept."""
        result = np.zeros(self.partners, np.bool_)
        if len(self.present):
            result[self.present] = np.logical_or.reduceat(keep, self.starts)
        return result

    def by_partner(self, values: Ints) -> Ints:
        """Return the sums of row values, for each partner; 0 for those without rows."""
        result = np.zeros(self.partners, np.int64)
        if len(self.present):
            result[self.present] = np.add.reduceat(values, self.starts)
        return result

    def of_partner(self, partner: int) -> "CellTable":
        """Return the rows of one partner, as a table of that partner alone, with a group for each row."""
        place = int(np.searchsorted(self.present, partner))
        if place == len(self.present) or self.present[place] != partner:
            rows = slice(0, 0)
        else:
            end = int(self.starts[place + 1]) if place + 1 < len(self.starts) else self.rows
            rows = slice(int(self.starts[place]), end)
        count = rows.stop - rows.start
        groups = self.groups[rows]
        return CellTable(
            partners=1,
            present=np.zeros(min(count, 1), np.int64),
            starts=np.zeros(min(count, 1), np.int64),
            groups=np.arange(count),
            labels={name: Labels(label.codes[groups], label.texts) for name, label in self.labels.items()},
            sets={name: codes[groups] for name, codes in self.sets.items()},
            members=self.members,
            measures={name: values[rows] for name, values in self.measures.items()},
            persons=None if self.persons is None else self.persons[rows],
        )


def cell_table(cells: pa.Table, sets: pa.Table | None, positions: Mapping[str, int], partners: int) -> CellTable:
    """
    Return a result table as arrays.

    Args:
        cells: the cells as they are stored, sorted by partner.
        sets: the members of their sets; None without sets.
        positions: the position of each partner id.
        partners: how many partners there are.
    """
    partner = _labels(cells["partner_id"])
    turns = np.flatnonzero(np.diff(partner.codes, prepend=-1)).astype(np.int64)
    ids = [partner.texts[code] for code in partner.codes[turns].tolist()]
    texts = [name for name in ("product_id", "country") if name in cells.column_names]
    set_columns = [name for name in cells.column_names if sets is not None and name in SETS_OF_CELLS]
    numbers = [name for name in cells.column_names if name not in {"partner_id", "person", *texts, *set_columns}]
    labels = {name: _labels(cells[name]) for name in texts}
    codes = {name: cells[name].to_numpy().astype(np.int32) for name in set_columns}
    groups, first = _grouped([*(label.codes for label in labels.values()), *codes.values()])
    measures: dict[str, Ints] = {}
    for name in numbers:
        measures |= _measure(name, cells[name])
    if "amount" in measures and len(turns):
        check_room(np.add.reduceat(np.abs(measures["amount"].astype(np.float64)), turns))
    return CellTable(
        partners=partners,
        present=np.array([positions[identifier] for identifier in ids], np.int64),
        starts=turns,
        groups=groups,
        labels={name: Labels(label.codes[first], label.texts) for name, label in labels.items()},
        sets={name: column[first] for name, column in codes.items()},
        members=None if sets is None else _members(sets),
        measures=measures,
        persons=cells["person"].to_numpy().astype(np.int64) if "person" in cells.column_names else None,
    )


def _grouped(columns: list[npt.NDArray[np.int32]]) -> tuple[Ints, Ints]:
    """The group of each row, and a row of each group: rows with equal codes are one group."""
    packed = columns[0].astype(np.int64)
    for column in columns[1:]:
        packed = packed * (int(column.max(initial=0)) + 1) + column
    _, first, groups = np.unique(packed, return_index=True, return_inverse=True)
    return groups.astype(np.int64), first.astype(np.int64)


def _labels(column: pa.ChunkedArray) -> Labels:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    merged = encoded.unify_dictionaries().combine_chunks()
    if isinstance(merged, pa.ChunkedArray):
        merged = merged.chunk(0) if merged.num_chunks else pa.array([], pa.string()).dictionary_encode()
    codes = merged.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return Labels(codes, tuple(merged.dictionary.to_pylist()))


def _members(sets: pa.Table) -> SetMembers:
    numbers = sets["set"].to_numpy().astype(np.int64)
    columns = [sets[name].to_pylist() for name in sets.column_names if name != "set"]
    entries = list(zip(*columns, strict=True))
    members = tuple(sorted(set(entries)))
    place = {member: index for index, member in enumerate(members)}
    places = np.array([place[entry] for entry in entries], np.int64)
    words = np.zeros((int(numbers.max(initial=0)) + 1, max(1, -(-len(members) // WORD_BITS))), np.int64)
    np.bitwise_or.at(words, (numbers, places // WORD_BITS), np.int64(1) << (places % WORD_BITS))
    return SetMembers(words, members)


def _measure(name: str, column: pa.ChunkedArray) -> dict[str, Ints]:
    if not pa.types.is_decimal(column.type):
        return {name: column.to_numpy().astype(np.int64)}
    whole, rest = split_decimals(column)
    return {name: whole, f"{name}_rest": rest}
