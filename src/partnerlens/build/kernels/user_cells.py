"""Changes of the number of users, from all customers, added up to the cells of the part ``users``."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from partnerlens.build.cells import Added, Cells, codes_of_sets
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
    edges = np.linspace(0, len(partners) * len(countries), THREADS + 1).astype(np.int64)
    keyed = list(workers.map(lambda turns: _keys(turns, codes[np.searchsorted(masks, turns.sets)], len(sets)), found))
    if (len(partners) * len(countries) * len(sets)).bit_length() + MONTH_BITS + room > WORD:
        raise OverflowError("keys and counts do not fit one word")
    sums = list(workers.map(_summer(keyed, found, room), edges[:-1], edges[1:]))
    cells, months, users = (np.concatenate([part[column] for part in sums]) for column in range(3))
    firsts = np.flatnonzero(np.diff(cells, prepend=-1))
    cell_of = np.cumsum(np.diff(cells, prepend=-1) != 0) - 1
    keys = cells[firsts]
    places = keys // len(sets)
    return Cells(
        {
            "partner_id": (places // len(countries), partners),
            "country": (places % len(countries), countries),
            "used": (keys % len(sets), None),
        },
        sets,
        Added(roll, months, cell_of, {"users": users}, cells=len(keys)),
    )


def _keys(turns: Turns, codes: Ints, sets: int) -> Ints:
    """Place, set and month of each change as one number."""
    mask = (1 << MONTH_BITS) - 1
    cells = turns.places * sets + codes[turns.turns >> MONTH_BITS]
    keys: Ints = cells << MONTH_BITS | turns.turns & mask
    return keys


def _summer(keyed: Sequence[Ints], found: Sequence[Turns], room: int) -> Callable[[int, int], tuple[Ints, Ints, Ints]]:
    """Gives the sums of the changes in a range of places."""

    def summed(first: int, last: int) -> tuple[Ints, Ints, Ints]:
        chosen = [(turns.places >= first) & (turns.places < last) for turns in found]
        half = 1 << (room - 1)
        packed = np.concatenate(
            [
                np.zeros(0, np.int64),
                *(
                    keys[is_chosen] << room | turns.users[is_chosen] + half
                    for keys, turns, is_chosen in zip(keyed, found, chosen, strict=True)
                ),
            ]
        )
        # A number is sorted faster than rows of several.
        packed.sort()
        return sum_sorted(packed, room, MONTH_BITS)

    return summed


@compiled
def sum_sorted(packed: Ints, room: int, month_bits: int) -> tuple[Ints, Ints, Ints]:
    """Return cells, months and sums of sorted changes, without the sums of nothing."""
    half = 1 << (room - 1)
    low = (1 << room) - 1
    cells, users = np.empty(len(packed), np.int64), np.empty(len(packed), np.int64)
    months = np.empty(len(packed), np.int8)
    size = 0
    row = 0
    while row < len(packed):
        key = packed[row] >> room
        total = 0
        while row < len(packed) and packed[row] >> room == key:
            total += (packed[row] & low) - half
            row += 1
        if total != 0:
            cells[size] = key >> month_bits
            months[size] = key & ((1 << month_bits) - 1)
            users[size] = total
            size += 1
    return cells[:size].copy(), months[:size].copy(), users[:size].copy()
