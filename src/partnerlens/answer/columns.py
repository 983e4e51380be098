"""Result tables as columns of numbers: read by month, put together by partner, and grouped for filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.answer.cells import (
    WORD_BITS,
    CellTable,
    Codes,
    Ints,
    Labels,
    OwnerRows,
    Persons,
    SetMembers,
)
from partnerlens.store.decimals import check_room, split_decimals

SETS_OF_CELLS = frozenset({"before", "after", "used", "lists"})
"""The columns of result tables that hold sets."""

LOOK_UP_SLOTS = 1 << 24
"""Up to so many different codes are grouped by a look-up; more, and far more than rows, by sorting."""


@dataclass(frozen=True)
class Columns:
    """
    The cells of one part of one or several months.

    Attributes:
        months: how many months.
        bounds: where the rows of each partner's months begin: entry ``partner * months + month``; and the end.
        labels: the text columns, one code for each row.
        sets: the set columns, as codes into ``members``, one for each row.
        members: what the sets hold; None for a table without sets.
        measures: the numbers, one for each row; ``amount`` is in ten-thousandths, with ``amount_rest`` in units of
            1e-18.
        persons: the person's number of a row; None in tables without people. 0 counts people of one country.
    """

    months: int
    bounds: Ints
    labels: Mapping[str, Labels]
    sets: Mapping[str, Codes]
    members: SetMembers | None
    measures: Mapping[str, Codes]
    persons: Codes | None

    @property
    def size_bytes(self) -> int:
        """How much memory the columns take."""
        codes = [label.codes for label in self.labels.values()]
        arrays = [self.bounds, *codes, *self.sets.values(), *self.measures.values()]
        arrays += [] if self.persons is None else [self.persons]
        arrays += [self.members.words] if self.members else []
        return sum(array.nbytes for array in arrays)

    def of_partner(self, partner: int, first: int = 0, last: int | None = None) -> CellTable:
        """Return the rows of one partner, owned by its months first..last (counted from 0), a group for each row."""
        begin = partner * self.months + first
        end = partner * self.months + (self.months - 1 if last is None else last) + 1
        bounds = self.bounds[begin : end + 1].astype(np.int64)
        rows = slice(int(bounds[0]), int(bounds[-1]))
        starts = bounds[:-1] - bounds[0]
        counts = bounds[1:] - bounds[:-1]
        present = counts.nonzero()[0]
        measures = {name: values[rows] for name, values in self.measures.items()}
        persons = None
        if self.persons is not None:
            measures, persons = self._split(
                measures, self.persons[rows], np.repeat(np.arange(end - begin), counts), None
            )
        return CellTable(
            rows=OwnerRows(end - begin, present, starts[present], None, measures),
            labels={name: Labels(label.codes[rows], label.texts) for name, label in self.labels.items()},
            sets={name: codes[rows] for name, codes in self.sets.items()},
            members=self.members,
            persons=persons,
        )

    def grouped(self) -> CellTable:
        """Return the rows of all partners, owned by the partners (the columns are of one month), in groups."""
        codes = [label.codes for label in self.labels.values()] + list(self.sets.values())
        groups, first = _grouped(codes)
        counts = np.diff(self.bounds)
        owners = np.repeat(np.arange(len(counts)), counts)
        measures, persons = dict(self.measures), None
        if self.persons is not None:
            measures, persons = self._split(measures, self.persons, owners, groups)
        present = np.flatnonzero(counts)
        rows = OwnerRows(len(counts), present, self.bounds[present].astype(np.int64), groups, measures)
        return CellTable(
            rows=rows,
            labels={name: Labels(label.codes[first], label.texts) for name, label in self.labels.items()},
            sets={name: column[first] for name, column in self.sets.items()},
            members=self.members,
            persons=persons,
        )

    @staticmethod
    def _split(
        measures: dict[str, Codes], numbers: Codes, owners: Ints, groups: Ints | None
    ) -> tuple[dict[str, Codes], Persons | None]:
        """The measures of some rows without the people who have several, and those people."""
        several = np.flatnonzero(numbers)
        if not len(several):
            return measures, None
        people = np.where(numbers == 0, measures["people"], 0)
        found = several if groups is None else groups[several]
        return measures | {"people": people}, Persons(found, owners[several], numbers[several].astype(np.int64))


@dataclass(frozen=True)
class MonthTable:
    """
    One result table of one month as it is stored.

    Attributes:
        cells: its cells, sorted by partner.
        sets: the members of their sets; None without sets.
    """

    cells: pa.Table
    sets: pa.Table | None


def read_columns(tables: Sequence[MonthTable | None], positions: Mapping[str, int]) -> Columns | None:
    """
    Return the tables of one part in some months, put together by partner.

    Args:
        tables: one for each month; None for a month without it.
        positions: the position of each partner id, from 0 without gaps.

    Returns:
        The columns; None when no month has a table.

    Raises:
        DefinitionError: amounts are too large to be added.
    """
    given = [table for table in tables if table is not None]
    if not given:
        return None
    members = _members([table.sets for table in given if table.sets is not None])
    months: list[_Month | None] = []
    texts: dict[str, dict[str, int]] = {}
    offset = 0
    for table in tables:
        if table is None:
            months.append(None)
            continue
        months.append(_read(table, positions, texts, offset))
        offset += 0 if table.sets is None else _set_count(table.sets)
    return _merged(months, len(positions), texts, members)


@dataclass(frozen=True)
class _Month:
    """One month's columns: the partners in the order of their rows, where their rows start, and the columns."""

    partners: Ints
    starts: Ints
    rows: int
    labels: Mapping[str, Codes]
    sets: Mapping[str, Codes]
    measures: Mapping[str, Ints]
    persons: Ints | None


def _read(table: MonthTable, positions: Mapping[str, int], texts: dict[str, dict[str, int]], offset: int) -> _Month:
    cells = table.cells
    codes, ids = _labels(cells["partner_id"])
    starts = np.flatnonzero(np.diff(codes, prepend=-1)).astype(np.int64)
    present = np.array([positions[ids[code]] for code in codes[starts].tolist()], np.int64)
    set_columns = [name for name in cells.column_names if table.sets is not None and name in SETS_OF_CELLS]
    labels = {}
    for name in ("product_id", "country"):
        if name in cells.column_names:
            numbers, values = _labels(cells[name])
            known = texts.setdefault(name, {})
            labels[name] = np.array([known.setdefault(value, len(known)) for value in values], np.int32)[numbers]
    measures: dict[str, Ints] = {}
    for name in cells.column_names:
        if name not in {"partner_id", "person", *labels, *set_columns}:
            measures |= _measure(name, cells[name])
    if "amount" in measures and len(starts):
        check_room(np.add.reduceat(np.abs(measures["amount"].astype(np.float64)), starts))
    return _Month(
        partners=present,
        starts=starts,
        rows=cells.num_rows,
        labels=labels,
        sets={name: cells[name].to_numpy().astype(np.int32) + np.int32(offset) for name in set_columns},
        measures=measures,
        persons=cells["person"].to_numpy().astype(np.int64) if "person" in cells.column_names else None,
    )


def _merged(
    months: Sequence[_Month | None], partners: int, texts: Mapping[str, dict[str, int]], members: SetMembers | None
) -> Columns:
    counts = np.zeros((partners, len(months)), np.int64)
    for number, month in enumerate(months):
        if month is not None:
            counts[month.partners, number] = np.diff(month.starts, append=month.rows)
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts.ravel())])
    places: list[Ints] = []
    given = [(number, month) for number, month in enumerate(months) if month is not None]
    for number, month in given:
        first = bounds[month.partners * len(months) + number] - month.starts
        places.append(np.repeat(first, counts[month.partners, number]) + np.arange(month.rows))

    def together(columns: list[Codes]) -> Codes:
        joined = np.empty(int(bounds[-1]), _narrowest(columns))
        for place, column in zip(places, columns, strict=True):
            joined[place] = column
        return joined

    example = given[0][1]
    return Columns(
        months=len(months),
        bounds=bounds.astype(_narrowest([bounds])),
        labels={
            name: Labels(together([month.labels[name] for _, month in given]), tuple(texts[name]))
            for name in example.labels
        },
        sets={name: together([month.sets[name] for _, month in given]) for name in example.sets},
        members=members,
        measures={name: together([month.measures[name] for _, month in given]) for name in example.measures},
        persons=None
        if example.persons is None
        else together([month.persons for _, month in given if month.persons is not None]),
    )


def _narrowest(columns: Sequence[Codes]) -> np.dtype[Any]:
    """The narrowest whole numbers that hold all of some columns."""
    lowest = min(int(column.min(initial=0)) for column in columns)
    highest = max(int(column.max(initial=0)) for column in columns)
    for kind in (np.int8, np.int16, np.int32):
        limits = np.iinfo(kind)
        if limits.min <= lowest and highest <= limits.max:
            return np.dtype(kind)
    return np.dtype(np.int64)


def _grouped(columns: Sequence[Codes]) -> tuple[Ints, Ints]:
    """The group of each row, and a row of each group: rows with equal codes are one group."""
    packed = columns[0].astype(np.int64)
    for column in columns[1:]:
        packed = packed * (int(column.max(initial=0)) + 1) + column
    slots = int(packed.max(initial=0)) + 1
    if slots > max(LOOK_UP_SLOTS, 8 * len(packed)):
        _, first, groups = np.unique(packed, return_index=True, return_inverse=True)
        return groups.astype(np.int64), first.astype(np.int64)
    rows: Ints = np.full(slots, -1, np.int64)
    rows[packed] = np.arange(len(packed))
    used = np.flatnonzero(rows >= 0)
    first = rows[used]
    rows[used] = np.arange(len(used))
    return rows[packed], first


def _labels(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], list[str]]:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    merged = encoded.unify_dictionaries().combine_chunks()
    if isinstance(merged, pa.ChunkedArray):
        merged = merged.chunk(0) if merged.num_chunks else pa.array([], pa.string()).dictionary_encode()
    return merged.indices.to_numpy(zero_copy_only=False).astype(np.int32), merged.dictionary.to_pylist()


def _set_count(sets: pa.Table) -> int:
    """How many sets a month has, the empty one included."""
    return int(sets["set"].to_numpy().max(initial=0)) + 1


def _members(months: Sequence[pa.Table]) -> SetMembers | None:
    """The sets of all months, those of a month after those of the months before it."""
    if not months:
        return None
    names = [name for name in months[0].column_names if name != "set"]
    listed = [list(zip(*(sets[name].to_pylist() for name in names), strict=True)) for sets in months]
    members = tuple(sorted({entry for entries in listed for entry in entries}))
    place = {member: index for index, member in enumerate(members)}
    words = np.zeros((sum(map(_set_count, months)), max(1, -(-len(members) // WORD_BITS))), np.int64)
    offset = 0
    for sets, entries in zip(months, listed, strict=True):
        places = np.array([place[entry] for entry in entries], np.int64)
        numbers = sets["set"].to_numpy().astype(np.int64) + offset
        np.bitwise_or.at(words, (numbers, places // WORD_BITS), np.int64(1) << (places % WORD_BITS))
        offset += _set_count(sets)
    return SetMembers(words, members, tuple(names))


def _measure(name: str, column: pa.ChunkedArray) -> dict[str, Ints]:
    if not pa.types.is_decimal(column.type):
        return {name: column.to_numpy().astype(np.int64)}
    whole, rest = split_decimals(column)
    return {name: whole, f"{name}_rest": rest}
