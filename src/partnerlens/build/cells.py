"""
Give the cells of a month their final form: ids instead of numbers, sets as lists of members, one order.

The form depends on nothing but what the cells say, so a month built alone, with others, or again after an
unrelated load has the same bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.build.part import SET_TABLE_SUFFIX, Part, SetOf
from partnerlens.build.step import WORD_BITS

Ints = npt.NDArray[np.int64]

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
    """

    def __init__(self, numbers: Ints, ids: Sequence[str]) -> None:
        """Sort the ids once."""
        order = sorted(range(len(ids)), key=ids.__getitem__)
        self.sorted: list[str] = [ids[index] for index in order]
        self._rank = np.zeros(int(numbers.max(initial=0)) + 1, np.int64)
        self._rank[numbers[order]] = np.arange(len(order))

    def rank(self, numbers: Ints) -> Ints:
        """Return the rank of each number's id."""
        return self._rank[numbers]

    def id(self, number: int) -> str:
        """Return the id of a number."""
        return self.sorted[int(self._rank[number])]


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


def named_cells(part: Part, rows: pa.Table, naming: Naming) -> dict[str, pa.Table]:
    """
    Return the result tables of a part for one month.

    Args:
        part: the part.
        rows: its cells with numbers and set words, in any order.
        naming: what the numbers stand for.

    Returns:
        The cells under the part's name, sorted by all keys; and, when the part has sets, their members
        under ``PART_sets`` (``set``, member columns). Set 0 is the empty set and has no member.
    """
    coded: dict[str, tuple[Ints, list[str] | None]] = {
        "partner_id": (naming.partners.rank(_numbers(rows, "partner_no")), naming.partners.sorted)
    }
    for key in part.keys:
        coded[key] = _coded(key, rows, naming)
    tables: dict[str, pa.Table] = {}
    if part.set_of is not None:
        members = naming.members[part.set_of]
        codes, sets = _sets(part, rows, members)
        coded |= {name: (code, None) for name, code in codes.items()}
        tables[part.name + SET_TABLE_SUFFIX] = _set_table(part.set_of, sets)
    order = _order([codes for codes, _ in coded.values()])
    columns: dict[str, pa.Array] = {}
    for name, (column, values) in coded.items():
        columns[name] = _labelled(column[order], values) if values is not None else pa.array(column[order], pa.int32())
    for measure in part.measures:
        columns[measure] = rows[measure].combine_chunks().take(pa.array(order))
    return {part.name: pa.table(columns), **tables}


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
        distinct, inverse = np.unique(stacked[:, 0], return_inverse=True)
        distinct = distinct[:, None]
    else:
        distinct, inverse = np.unique(stacked, axis=0, return_inverse=True)
    found = [_members(row, members) for row in distinct.tolist()]
    ordered: list[tuple[tuple[str, ...], ...]] = sorted({(), *found})
    code_of = {members_of: code for code, members_of in enumerate(ordered)}
    codes = np.array([code_of[members_of] for members_of in found], np.int64)[inverse.reshape(-1)]
    split = np.split(codes, len(part.sets))
    return dict(zip(part.sets, split, strict=True)), ordered


def _members(words: list[int], members: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    present = [
        members[word * WORD_BITS + bit]
        for word, mask in enumerate(words)
        for bit in range(mask.bit_length())
        if mask >> bit & 1
    ]
    return tuple(sorted(present))


def _set_table(set_of: SetOf, sets: list[tuple[tuple[str, ...], ...]]) -> pa.Table:
    rows = [(code, member) for code, members in enumerate(sets) for member in members]
    columns: dict[str, pa.Array] = {"set": pa.array([code for code, _ in rows], pa.int32())}
    for index, name in enumerate(SET_COLUMNS[set_of]):
        columns[name] = pa.array([member[index] for _, member in rows], pa.string())
    return pa.table(columns)


def _order(keys: list[Ints]) -> Ints:
    """The row order by the keys, first key first; one packed key where it fits, since one sort is faster."""
    sizes = [int(key.max(initial=0)) + 1 for key in keys]
    if float(np.prod([float(size) for size in sizes])) < 2.0**62:
        packed = keys[0]
        for key, size in zip(keys[1:], sizes[1:], strict=True):
            packed = packed * size + key
        return np.argsort(packed, kind="stable")
    return np.lexsort(keys[::-1])


def _labelled(codes: Ints, values: list[str]) -> pa.DictionaryArray:
    """A column of texts that carries only the texts it uses, in order."""
    used = np.unique(codes)
    index = np.searchsorted(used, codes)
    return pa.DictionaryArray.from_arrays(
        pa.array(index, pa.int32()), pa.array([values[code] for code in used.tolist()], pa.string())
    )


Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many units are done and how many there are."""
