"""Changes of the number of users, from all customers, added up to the cells of the part ``users``."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from partnerlens.build.cells import Added, Cells, MonthRows, codes_of_sets
from partnerlens.build.kernels.activity import THREADS
from partnerlens.build.kernels.users import MONTH_BITS, Turns
from partnerlens.build.part import Roll
from partnerlens.compiled import Ints, compiled

WORD = 63
"""Bits of a number that is not negative."""


def user_cells(
    found: Sequence[Turns],
    roll: Roll,
    partners: list[str],
    countries: list[str],
    pairs: list[tuple[str, ...]],
    workers: ThreadPoolExecutor,
) -> Cells:
    """
    Return the cells of the part ``users``.

    Args:
        found: the changes; each has its own numbers of sets.
        roll: how months add up.
        partners: the partners' ids in order.
        countries: the countries in order.
        pairs: the pair of each bit.
        workers: where it runs.
    """
    masks = np.unique(np.concatenate([np.zeros(0, np.int64), *(turns.sets for turns in found)]))
    codes, sets = codes_of_sets(masks[:, None], pairs)
    largest = max((int(np.abs(turns.users).max(initial=0)) for turns in found), default=0)
    room = largest.bit_length() + 1
    if (len(partners) * len(countries) * len(sets)).bit_length() + MONTH_BITS + room > WORD:
        raise OverflowError("keys and counts do not fit one word")
    every = sum(int(np.abs(turns.users, dtype=np.int64).sum()) for turns in found)
    counts = np.int32 if every < 2**31 else np.int64
    coded = [(turns, codes[np.searchsorted(masks, turns.sets)]) for turns in found]
    edges = np.linspace(0, len(partners) * len(countries), THREADS + 1).astype(np.int64)
    sums = list(workers.map(_summer(coded, len(sets), room, counts), edges[:-1], edges[1:]))
    firsts = np.cumsum([0, *(len(keys) for keys, _ in sums)]).tolist()
    keys = np.concatenate([keys for keys, _ in sums])
    places = keys // len(sets)
    return Cells(
        {
            "partner_id": (places // len(countries), partners),
            "country": (places % len(countries), countries),
            "used": (keys % len(sets), None),
        },
        sets,
        Added(
            roll,
            ["users"],
            (
                (t, cells + first, users)
                for first, (_, rows) in zip(firsts, sums, strict=False)
                for t, cells, users in rows
            ),
            cells=len(keys),
        ),
    )


def _summer(
    coded: Sequence[tuple[Turns, Ints]], sets: int, room: int, counts: type[np.signedinteger[Any]]
) -> Callable[[int, int], tuple[Ints, list[MonthRows]]]:
    """Gives the keys of the cells in a range of places, and the sums of their changes month by month."""

    def summed(first: int, last: int) -> tuple[Ints, list[MonthRows]]:
        rows = sum(int(np.count_nonzero((turns.places >= first) & (turns.places < last))) for turns, _ in coded)
        packed, size = np.empty(rows, np.int64), 0
        for turns, codes in coded:
            size = pack(turns.places, turns.turns, turns.users, codes, sets, room, first, last, packed, size)
        # A number is sorted faster than rows of several.
        packed.sort()
        keys, starts, cells, users = sum_sorted(packed, np.empty(rows, counts), room)
        months = range(1 << MONTH_BITS)
        return keys, [
            (t, cells[start:end], users[start:end])
            for t, (start, end) in zip(months, pairwise(starts.tolist()), strict=True)
            if start < end
        ]

    return summed


@compiled
def pack(
    places: Ints,
    turns: Ints,
    users: Ints,
    codes: Ints,
    sets: int,
    room: int,
    first: int,
    last: int,
    packed: Ints,
    size: int,
) -> int:
    """Write cell, month and count of the changes in a range of places as one number each; return how many there are."""
    half = 1 << (room - 1)
    for row in range(len(places)):
        if first <= places[row] < last:
            turn = np.int64(turns[row])
            cell = np.int64(places[row]) * sets + codes[turn >> MONTH_BITS]
            month = turn & ((1 << MONTH_BITS) - 1)
            packed[size] = ((cell << MONTH_BITS) | month) << room | (users[row] + half)
            size += 1
    return size


@compiled
def sum_sorted(packed: Ints, sums: Ints, room: int) -> tuple[Ints, Ints, Ints, Ints]:
    """
    Add up sorted changes, and leave out the sums of nothing.

    Args:
        packed: see ``pack``; used up.
        sums: as many numbers, of the kind that sums have; used up.
        room: bits of a count.

    Returns:
        The key of each cell; by month the first of its rows, and one more at the end; and of each row the number of
        its cell and its sum.
    """
    half, low = 1 << (room - 1), (1 << room) - 1
    starts = np.zeros((1 << MONTH_BITS) + 1, np.int64)
    size, cells, latest, row = 0, 0, -1, 0
    while row < len(packed):
        key = packed[row] >> room
        total = 0
        while row < len(packed) and packed[row] >> room == key:
            total += (packed[row] & low) - half
            row += 1
        if total != 0:
            # What was read is not needed again, so the sums' keys go in its place.
            packed[size], sums[size] = key, total
            size += 1
            starts[(key & ((1 << MONTH_BITS) - 1)) + 1] += 1
            cells += key >> MONTH_BITS != latest
            latest = key >> MONTH_BITS
    starts = np.cumsum(starts)
    free = starts.copy()
    keys, cell_of, users = np.empty(cells, np.int64), np.empty(size, np.int32), np.empty(size, sums.dtype)
    cell = -1
    for row in range(size):
        key = packed[row] >> MONTH_BITS
        if cell < 0 or keys[cell] != key:
            cell += 1
            keys[cell] = key
        month = packed[row] & ((1 << MONTH_BITS) - 1)
        cell_of[free[month]], users[free[month]] = cell, sums[row]
        free[month] += 1
    return keys, starts, cell_of, users
