"""
Distinct users by partner, country and set of pairs, of all months of a pass at once.

The steps ``view_users`` and ``users_ttm`` (or ``users_monthly``) say what is counted; here it is walked customer by
customer: the months of a user are merged into one mask for each pair, the masks are dilated to the windows that they
reach, and only the months in which the user's set turns are written down, once for all partners that see the same.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from partnerlens.build.kernels.activity import narrow
from partnerlens.build.kernels.credit import Links
from partnerlens.compiled import Ints, compiled

ROWS_AT_ONCE = 400_000
"""Rows of use that one call of a kernel works on: what it looks up then stays in the cache."""

MONTH_BITS = 6
"""Bits of a month's place in a pass."""

UserRows = tuple[Ints, Ints, Ints, Ints]
"""
By customer number the first of its rows, and one more at the end; of each row the user, the number of the pair's bit,
and the months of use as a mask. The rows of a user stand together.
"""


@dataclass(frozen=True)
class Turns:
    """
    Changes of the number of users.

    Attributes:
        places: partner and country: the partner's rank times the number of countries, plus the country's.
        turns: the number of the set in ``sets``, shifted by ``MONTH_BITS``, and the month.
        users: by how many users the set's count changes.
        sets: the sets of pairs, as masks.
    """

    places: Ints
    turns: Ints
    users: Ints
    sets: Ints


def user_turns(
    use: UserRows,
    coverage: Links,
    places: Ints,
    results: int,
    windowed: int,
    *,
    is_monthly: bool,
    workers: ThreadPoolExecutor,
) -> list[Turns]:
    """
    Return the changes of the number of users of each month.

    Args:
        use: what users did; the months are those of the pass.
        coverage: customer credit (usage) by customer number.
        places: partner and country of each row of ``coverage``.
        results: the data months of the pass, as a mask.
        windowed: the months that a window of the pass reaches, as a mask.
        is_monthly: count each month alone, in place of windows of twelve months.
        workers: where the kernel runs.
    """
    covered = coverage.months & windowed
    is_single = results.bit_count() == 1
    t, window = (results.bit_length() - 1, results if is_monthly else windowed) if is_single else (0, 0)

    starts, users, bits, months = use

    def turned(first: int, last: int) -> Turns:
        rows = slice(starts[first], starts[last])
        made = count_users(
            starts[first : last + 1] - starts[first],
            users[rows],
            np.int64(1) << bits[rows].astype(np.int64),
            months[rows] & windowed,
            coverage.starts[first : last + 1],
            places,
            covered,
            results,
            is_monthly,
            t,
            window,
        )
        return Turns(narrow(made[0]), narrow(made[1]), narrow(made[2]), made[3])

    return [turns.result() for turns in [workers.submit(turned, *edges) for edges in ranges([use[0]])]]


def ranges(starts: Sequence[Ints]) -> list[tuple[int, int]]:
    """Return runs of customers with about equally many rows, by the first rows of each customer in some lists."""
    rows = np.sum(starts, axis=0)
    cuts = np.searchsorted(rows, np.arange(ROWS_AT_ONCE, int(rows[-1]), ROWS_AT_ONCE))
    edges = np.unique(np.concatenate([[0], cuts, [len(rows) - 1]]))
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


SPREAD = 668265263
"""A prime that spreads keys over the slots of a table."""

LARGEST_TURNS = 64
"""No user turns more often in one pass."""


@compiled
def count_users(
    starts: Ints,
    users: Ints,
    pairs: Ints,
    months: Ints,
    views: Ints,
    places: Ints,
    covered: Ints,
    results: int,
    is_monthly: bool,  # noqa: FBT001
    t: int,
    window: int,
) -> tuple[Ints, Ints, Ints, Ints]:
    """
    Return places, turns, counts and sets (see ``Turns``) of some customers.

    Args:
        starts: by customer, the first row.
        users: of each row, the user; the rows of a user stand together.
        pairs: of each row, the pair, as a mask.
        months: of each row, the months.
        views: by customer, the first row of its coverage.
        places: by row of coverage, partner and country.
        covered: by row of coverage, the months.
        results: the data months, as a mask.
        is_monthly: count each month alone.
        t: the data month, where there is but one.
        window: the months that count in it, as a mask; 0 where there are several data months.
    """
    made, rows = np.empty((3, 4096), np.int64), 0
    sets, set_slots, known = np.empty(512, np.int64), np.full(1024, -1, np.int64), 0
    keys, slots, users_of = np.empty(512, np.int64), np.full(1024, -1, np.int64), np.empty(512, np.int64)
    windows = np.empty(64, np.int64)
    for customer in range(len(starts) - 1):
        first, last = views[customer], views[customer + 1]
        active = every_month(months, starts[customer], starts[customer + 1]) if first < last else 0
        if active == 0:
            continue
        for row in range(first, last):
            view = covered[row] & active
            if view == 0 or is_seen(covered, active, first, row):
                continue
            size = 0
            start = starts[customer]
            while start < starts[customer + 1]:
                end = end_of_user(users, start, starts[customer + 1])
                if known + LARGEST_TURNS > len(sets):
                    sets, set_slots = roomier(sets, known)
                if size + 2 * LARGEST_TURNS > len(keys):
                    keys, slots = roomier(keys, size)
                    users_of = np.concatenate((users_of, users_of))
                if window != 0:
                    used = pairs_within(pairs, months, start, end, view & window)
                    if used != 0:
                        number, known = set_number(sets, set_slots, known, used)
                        size = count_one((number << MONTH_BITS) | t, 1, keys, slots, users_of, size)
                else:
                    size, known = count_turns(
                        pairs[start:end],
                        months[start:end],
                        view,
                        results,
                        is_monthly,
                        windows,
                        (sets, set_slots, known),
                        (keys, slots, users_of, size),
                    )
                start = end
            size = forget(keys, slots, users_of, size)
            made, rows = written(
                made, rows, places, covered, (active, view), (row, last), (keys[:size], users_of[:size])
            )
    return made[0, :rows].copy(), made[1, :rows].copy(), made[2, :rows].copy(), sets[:known].copy()


@compiled
def end_of_user(users: Ints, start: int, last: int) -> int:
    """Return the row after those of the user of a row, before ``last``."""
    end = start + 1
    while end < last and users[end] == users[start]:
        end += 1
    return end


@compiled
def written(
    made: Ints,
    rows: int,
    places: Ints,
    covered: Ints,
    months: tuple[int, int],
    views: tuple[int, int],
    counted: tuple[Ints, Ints],
) -> tuple[Ints, int]:
    """Write keys and users for every row of coverage with the same months; return what is made, and its rows."""
    active, view = months
    keys, users = counted
    for row in range(views[0], views[1]):
        if covered[row] & active == view:
            while rows + len(keys) > made.shape[1]:
                made = np.concatenate((made, made), axis=1)
            made[0, rows : rows + len(keys)] = places[row]
            made[1, rows : rows + len(keys)] = keys
            made[2, rows : rows + len(keys)] = users
            rows += len(keys)
    return made, rows


@compiled
def every_month(months: Ints, first: int, last: int) -> int:
    """Return the months that any row of a range has."""
    found = 0
    for row in range(first, last):
        found |= months[row]
    return found


@compiled
def is_seen(covered: Ints, active: int, first: int, row: int) -> bool:
    """Whether a row before this one covers the same months."""
    for earlier in range(first, row):  # noqa: SIM110 (numba compiles no generators)
        if covered[earlier] & active == covered[row] & active:
            return True
    return False


@compiled
def pairs_within(pairs: Ints, months: Ints, first: int, last: int, window: int) -> int:
    """Return the pairs of a range of rows with any of some months."""
    found = 0
    for row in range(first, last):
        if months[row] & window:
            found |= pairs[row]
    return found


@compiled
def set_number(sets: Ints, slots: Ints, known: int, pairs: int) -> tuple[int, int]:
    """Return the number of a set of pairs, the next one for one that is new, and how many are known."""
    slot = slot_of(slots, sets, pairs)
    if slots[slot] < 0:
        sets[known] = pairs
        slots[slot] = known
        known += 1
    return slots[slot], known


@compiled
def count_turns(  # noqa: C901
    used_pairs: Ints,
    used_months: Ints,
    view: int,
    results: int,
    is_monthly: bool,  # noqa: FBT001
    windows: Ints,
    sets: tuple[Ints, Ints, int],
    turns: tuple[Ints, Ints, Ints, int],
) -> tuple[int, int]:
    """Count one user in a view; return how many turns and sets there are now. ``windows`` is room for its pairs."""
    values, set_slots, known = sets
    keys, slots, users_of, size = turns
    turning = 0
    for kind in range(len(used_pairs)):
        y = used_months[kind] & view
        if not is_monthly:
            y |= y << 1
            y |= y << 2
            y = (y | y << 4 | y << 8) & results
            turning |= (y ^ (y << 1)) & results
        else:
            turning |= y
        windows[kind] = y
    before = -1
    t = -1
    while turning != 0:
        t += 1
        while turning & 255 == 0:
            turning >>= 8
            t += 8
        turns_now = turning & 1
        turning >>= 1
        if turns_now == 0:
            continue
        after = 0
        for kind in range(len(used_pairs)):
            if (windows[kind] >> t) & 1:
                after |= used_pairs[kind]
        number = -1
        if after != 0:
            number, known = set_number(values, set_slots, known, after)
            size = count_one((number << MONTH_BITS) | t, 1, keys, slots, users_of, size)
        if not is_monthly:
            if before >= 0:
                size = count_one((before << MONTH_BITS) | t, -1, keys, slots, users_of, size)
            before = number
    return size, known


@compiled
def count_one(key: int, users: int, keys: Ints, slots: Ints, users_of: Ints, size: int) -> int:
    """Add to the count of a key; return how many keys there are."""
    slot = slot_of(slots, keys, key)
    if slots[slot] < 0:
        keys[size] = key
        users_of[size] = users
        slots[slot] = size
        return size + 1
    users_of[slots[slot]] += users
    return size


@compiled
def slot_of(slots: Ints, keys: Ints, key: int) -> int:
    """Return the slot that holds a key, or the free one where it belongs."""
    slot = ((key ^ (key >> 29)) * SPREAD >> 9) & (len(slots) - 1)
    while slots[slot] >= 0 and keys[slots[slot]] != key:
        slot = (slot + 1) & (len(slots) - 1)
    return slot


@compiled
def roomier(keys: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the keys in twice the room, and their slots, twice as many as keys."""
    keys = np.concatenate((keys, keys))
    slots = np.full(2 * len(keys), -1, np.int64)
    for number in range(size):
        slots[slot_of(slots, keys, keys[number])] = number
    return keys, slots


@compiled
def forget(keys: Ints, slots: Ints, users_of: Ints, size: int) -> int:
    """Free all slots, and keep the keys whose count is not zero; return how many these are."""
    free(slots, keys, size)
    kept = 0
    for number in range(size):
        if users_of[number] != 0:
            keys[kept] = keys[number]
            users_of[kept] = users_of[number]
            kept += 1
    return kept


@compiled
def free(slots: Ints, keys: Ints, size: int) -> None:
    """Free the slots of all keys."""
    for number in range(size):
        # Everything up to the next free slot goes, and with it whatever had to stand further on.
        slot = ((keys[number] ^ (keys[number] >> 29)) * SPREAD >> 9) & (len(slots) - 1)
        while slots[slot] >= 0:
            slots[slot] = -1
            slot = (slot + 1) & (len(slots) - 1)
