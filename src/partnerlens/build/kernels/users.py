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

from partnerlens.build.kernels.activity import MonthUse
from partnerlens.build.kernels.credit import Links
from partnerlens.compiled import Ints, compiled

ROWS_AT_ONCE = 400_000
"""Rows of use that one call of the kernel works on: what it looks up then stays in the cache."""

MONTH_BITS = 6
"""Bits of a month's place in a pass."""


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
    use: Sequence[MonthUse],
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
        use: what users did.
        coverage: customer credit (usage) by customer number.
        places: partner and country of each row of ``coverage``.
        results: the data months of the pass, as a mask.
        windowed: the months that a window of the pass reaches, as a mask.
        is_monthly: count each month alone, in place of windows of twelve months.
        workers: where the kernel runs.
    """
    covered = coverage.months & windowed
    running = [
        workers.submit(_turns, use, (coverage.starts, places, covered), results, is_monthly, int(first), int(last))
        for first, last in _ranges(use, len(coverage.starts) - 1)
    ]
    return [found.result() for found in running]


def _ranges(use: Sequence[MonthUse], customers: int) -> list[tuple[int, int]]:
    """Runs of customers with about equally many rows."""
    if not use:
        return []
    rows = np.sum([month.starts for month in use], axis=0)
    cuts = np.searchsorted(rows, np.arange(ROWS_AT_ONCE, int(rows[-1]), ROWS_AT_ONCE))
    edges = np.unique(np.concatenate([[0], cuts, [customers]]))
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def _turns(
    use: Sequence[MonthUse],
    coverage: tuple[Ints, Ints, Ints],
    results: int,
    is_monthly: bool,  # noqa: FBT001
    first: int,
    last: int,
) -> Turns:
    edges = [(month.starts[first], month.starts[last]) for month in use]
    offsets = np.cumsum([0, *(end - start for start, end in edges)])
    starts = np.stack(
        [
            month.starts[first : last + 1] - start + offset
            for month, (start, _), offset in zip(use, edges, offsets, strict=False)
        ]
    )
    users = np.concatenate([month.users[start:end] for month, (start, end) in zip(use, edges, strict=True)])
    pairs = np.concatenate([month.pairs[start:end] for month, (start, end) in zip(use, edges, strict=True)])
    months = np.array([month.t for month in use], np.int64)
    found = count_users(
        starts,
        months,
        users.astype(np.int64, copy=False),
        pairs.astype(np.int64, copy=False),
        coverage[0][first : last + 1],
        coverage[1],
        coverage[2],
        results,
        is_monthly,
    )
    return Turns(*found)


SPREAD = 668265263
"""A prime that spreads keys over the slots of a table."""

LARGEST_TURNS = 64
"""No user turns more often in one pass."""


@compiled
def count_users(  # noqa: C901
    starts: Ints,
    months: Ints,
    users: Ints,
    pairs: Ints,
    views: Ints,
    places: Ints,
    covered: Ints,
    results: int,
    is_monthly: bool,  # noqa: FBT001
) -> tuple[Ints, Ints, Ints, Ints]:
    """
    Return places, turns, counts and sets (see ``Turns``) of some customers.

    Args:
        starts: by file and customer, the first row.
        months: by file, the month's bit.
        users: by row, the user.
        pairs: by row, the pairs used.
        views: by customer, the first row of its coverage.
        places: by row of coverage, partner and country.
        covered: by row of coverage, the months.
        results: the data months, as a mask.
        is_monthly: count each month alone.
    """
    made_places, made_turns, made_users = np.empty(4096, np.int64), np.empty(4096, np.int64), np.empty(4096, np.int64)
    made = 0
    sets, set_slots, known = np.empty(512, np.int64), np.full(1024, -1, np.int64), 0
    keys, slots, users_of = np.empty(512, np.int64), np.full(1024, -1, np.int64), np.empty(512, np.int64)
    windows = np.empty(64, np.int64)
    for customer in range(starts.shape[1] - 1):
        first, last = views[customer], views[customer + 1]
        active, rows = active_months(starts, months, customer) if first < last else (0, 0)
        if active == 0:
            continue
        ends, used_pairs, used_months = merged_users(starts, months, users, pairs, customer, rows)
        for row in range(first, last):
            view = covered[row] & active
            if view == 0 or is_seen(covered, active, first, row):
                continue
            size = 0
            for user in range(len(ends)):
                if known + LARGEST_TURNS > len(sets):
                    sets, set_slots = roomier(sets, known)
                if size + 2 * LARGEST_TURNS > len(keys):
                    keys, slots = roomier(keys, size)
                    users_of = np.concatenate((users_of, users_of))
                start = ends[user - 1] if user else 0
                size, known = count_turns(
                    used_pairs[start : ends[user]],
                    used_months[start : ends[user]],
                    view,
                    results,
                    is_monthly,
                    windows,
                    (sets, set_slots, known),
                    (keys, slots, users_of, size),
                )
            size = forget(keys, slots, users_of, size)
            for other in range(row, last):
                if covered[other] & active == view:
                    while made + size > len(made_places):
                        made_places = np.concatenate((made_places, made_places))
                        made_turns = np.concatenate((made_turns, made_turns))
                        made_users = np.concatenate((made_users, made_users))
                    made_places[made : made + size] = places[other]
                    made_turns[made : made + size] = keys[:size]
                    made_users[made : made + size] = users_of[:size]
                    made += size
    return made_places[:made].copy(), made_turns[:made].copy(), made_users[:made].copy(), sets[:known].copy()


@compiled
def active_months(starts: Ints, months: Ints, customer: int) -> tuple[int, int]:
    """Return the months in which a customer has any rows, and how many rows it has in all."""
    active, rows = 0, 0
    for file in range(len(months)):
        if starts[file, customer] < starts[file, customer + 1]:
            active |= 1 << months[file]
            rows += starts[file, customer + 1] - starts[file, customer]
    return active, rows


@compiled
def is_seen(covered: Ints, active: int, first: int, row: int) -> bool:
    """Whether a row before this one covers the same months."""
    for earlier in range(first, row):  # noqa: SIM110 (numba compiles no generators)
        if covered[earlier] & active == covered[row] & active:
            return True
    return False


@compiled
def merged_users(
    starts: Ints, months: Ints, users: Ints, pairs: Ints, customer: int, rows: int
) -> tuple[Ints, Ints, Ints]:
    """
    Merge the files' rows of a customer by user, in no particular order of users.

    Returns:
        The end of each user's rows; and for each row the pair, as a mask, and the months of its use.
    """
    user_of, known, every = numbered_users(starts, users, pairs, customer, rows)
    kind_of, masks, kinds = np.zeros(64, np.int64), np.empty(64, np.int64), 0
    for bit in range(64):
        if (every >> bit) & 1:
            kind_of[bit], masks[kinds] = kinds, 1 << bit
            kinds += 1
    used = np.zeros(known * kinds, np.int64)
    place = 0
    for file in range(len(months)):
        month = 1 << months[file]
        for row in range(starts[file, customer], starts[file, customer + 1]):
            first, left, bit = user_of[place] * kinds, pairs[row], 0
            place += 1
            while left != 0:
                if left & 1:
                    used[first + kind_of[bit]] |= month
                left >>= 1
                bit += 1
    ends, used_pairs, used_months = np.empty(known, np.int64), np.empty(len(used), np.int64), used
    size = 0
    for user in range(known):
        for kind in range(kinds):
            if used[user * kinds + kind] != 0:
                used_pairs[size] = masks[kind]
                used_months[size] = used[user * kinds + kind]
                size += 1
        ends[user] = size
    return ends, used_pairs[:size], used_months[:size]


@compiled
def numbered_users(starts: Ints, users: Ints, pairs: Ints, customer: int, rows: int) -> tuple[Ints, int, int]:
    """Number the users of a customer; return the number of each row's user, how many there are, and all pairs used."""
    slots = 16
    while slots < 2 * rows:
        slots *= 2
    number_of = np.full(slots, -1, np.int32)
    met, user_of = np.empty(rows, np.int64), np.empty(rows, np.int32)
    known, every, place = 0, 0, 0
    for file in range(len(starts)):
        for row in range(starts[file, customer], starts[file, customer + 1]):
            every |= pairs[row]
            slot = slot_of(number_of, met, users[row])
            if number_of[slot] < 0:
                met[known] = users[row]
                number_of[slot] = known
                known += 1
            user_of[place] = number_of[slot]
            place += 1
    return user_of, known, every


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
            slot = slot_of(set_slots, values, after)
            if set_slots[slot] < 0:
                values[known] = after
                set_slots[slot] = known
                known += 1
            number = set_slots[slot]
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
    for number in range(size):
        # Everything up to the next free slot goes, and with it whatever had to stand further on.
        slot = ((keys[number] ^ (keys[number] >> 29)) * SPREAD >> 9) & (len(slots) - 1)
        while slots[slot] >= 0:
            slots[slot] = -1
            slot = (slot + 1) & (len(slots) - 1)
    kept = 0
    for number in range(size):
        if users_of[number] != 0:
            keys[kept] = keys[number]
            users_of[kept] = users_of[number]
            kept += 1
    return kept
