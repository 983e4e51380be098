"""Cells in memory: the result tables of one month as arrays, ready to be summed by partner under any filter."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.store.decimals import split_decimals

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Labels:
    """
    A column of texts as codes.

    Attributes:
        codes: one for each row.
        texts: the text of each code.
    """

    codes: npt.NDArray[np.int32]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SetMembers:
    """
    The members of a table's sets, one entry for each member of each set.

    Attributes:
        count: how many sets there are, the empty one (0) included.
        sets: the set of each entry.
        members: the member's texts, by column (``product_id``, ``workload``).
    """

    count: int
    sets: Ints
    members: Mapping[str, Labels]

    def hit(self, keep: Bools) -> Bools:
        """Return for each set whether one of its members is kept, given for each entry whether it is."""
        found = np.zeros(self.count, np.bool_)
        found[self.sets[keep]] = True
        return found


@dataclass(frozen=True)
class CellTable:
    """
    The cells of one part of one month, sorted by partner.

    Attributes:
        partners: number of partners that sums are given for.
        present: the partners that have rows, as positions among all, ascending.
        starts: the first row of each of them.
        labels: the text columns (``product_id``, ``country``).
        sets: the set columns, as codes into ``members``.
        members: what the sets hold; None for a table without sets.
        measures: the numbers; ``amount`` is in millionths, with ``amount_rest`` in units of 1e-18.
        persons: the person's number of a row; None in tables without people. 0 counts people of one country.
    """

    partners: int
    present: Ints
    starts: Ints
    labels: Mapping[str, Labels]
    sets: Mapping[str, npt.NDArray[np.int32]]
    members: SetMembers | None
    measures: Mapping[str, Ints]
    persons: Ints | None = None

    @property
    def rows(self) -> int:
        """How many cells there are."""
        return len(next(iter(self.labels.values())).codes)

    def total(self, measure: str, keep: Bools) -> Ints:
        """Return the sum of a measure over the kept rows, for each partner."""
        return self.by_partner(np.where(keep, self.measures[measure], 0))

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
        """Return the rows of one partner, as a table of that partner alone."""
        place = int(np.searchsorted(self.present, partner))
        if place == len(self.present) or self.present[place] != partner:
            rows = slice(0, 0)
        else:
            end = int(self.starts[place + 1]) if place + 1 < len(self.starts) else self.rows
            rows = slice(int(self.starts[place]), end)
        has_rows = rows.stop > rows.start
        return replace(
            self,
            partners=1,
            present=np.zeros(int(has_rows), np.int64),
            starts=np.zeros(int(has_rows), np.int64),
            labels={name: Labels(label.codes[rows], label.texts) for name, label in self.labels.items()},
            sets={name: codes[rows] for name, codes in self.sets.items()},
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
    members = None if sets is None else _members(sets)
    set_columns = [
        name for name in cells.column_names if sets is not None and name in {"before", "after", "used", "lists"}
    ]
    texts = [name for name in ("product_id", "country") if name in cells.column_names]
    numbers = [name for name in cells.column_names if name not in {"partner_id", "person", *texts, *set_columns}]
    measures: dict[str, Ints] = {}
    for name in numbers:
        measures |= _measure(name, cells[name])
    return CellTable(
        partners=partners,
        present=np.array([positions[identifier] for identifier in ids], np.int64),
        starts=turns,
        labels={name: _labels(cells[name]) for name in texts},
        sets={name: cells[name].to_numpy().astype(np.int32) for name in set_columns},
        members=members,
        measures=measures,
        persons=cells["person"].to_numpy().astype(np.int64) if "person" in cells.column_names else None,
    )


def _labels(column: pa.ChunkedArray) -> Labels:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    merged = encoded.unify_dictionaries().combine_chunks()
    if isinstance(merged, pa.ChunkedArray):
        merged = merged.chunk(0) if merged.num_chunks else pa.array([], pa.string()).dictionary_encode()
    codes = merged.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return Labels(codes, tuple(merged.dictionary.to_pylist()))


def _members(sets: pa.Table) -> SetMembers:
    numbers = sets["set"].to_numpy().astype(np.int64)
    members = {name: _labels(sets[name]) for name in sets.column_names if name != "set"}
    return SetMembers(int(numbers.max(initial=0)) + 1, numbers, members)


def _measure(name: str, column: pa.ChunkedArray) -> dict[str, Ints]:
    if not pa.types.is_decimal(column.type):
        return {name: column.to_numpy().astype(np.int64)}
    whole, rest = split_decimals(column)
    return {name: whole, f"{name}_rest": rest}
