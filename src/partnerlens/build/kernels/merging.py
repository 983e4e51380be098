"""Who used what in further months, laid to what is known already, customer by customer."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from partnerlens.build.kernels.activity import (
    THREADS,
    ActivityFile,
    ActivityStream,
    MonthFile,
    PairBits,
    activity_file,
    narrow,
)
from partnerlens.build.kernels.users import ROWS_AT_ONCE, UserRows, free, roomier, slot_of
from partnerlens.build.step import WORD_BITS
from partnerlens.compiled import Ints, compiled

SHARES = 2 * THREADS
"""Shares of the customers that are worked on apart; where two meet, a row group of each file is read twice."""

BIT_OF = np.zeros(67, np.int64)
"""The place of a mask's only bit, by the rest of dividing it by 67: no two places have the same."""

for _bit in range(WORD_BITS):
    BIT_OF[(1 << _bit) % len(BIT_OF)] = _bit

FEW_USERS = 64
"""Up to so many users are sorted by putting one after the other in its place."""

_Fresh = list[tuple[Ints, Ints, Ints]]
"""By file customers, users and pairs, row by row."""


def merged_use(held: UserRows, files: Sequence[MonthFile], bits: PairBits, workers: ThreadPoolExecutor) -> UserRows:
    """
    Return the use of users with further months.

    Args:
        held: what is known already.
        files: the files of further months, as bits of the same masks.
        bits: given out as pairs are met.
        workers: where reading and merging run.

    Raises:
        TooManyPairs: one word cannot hold a set of pairs.
    """
    sources = [activity_file(file) for file in files]
    edges = _edges(sources, len(held[0]) - 1)
    running = [workers.submit(_share, held, sources, bits, first, last) for first, last in pairwise(edges)]
    found = [piece for share in running for piece in share.result()]
    starts = np.zeros(len(held[0]), np.int64)
    np.cumsum(np.concatenate([np.zeros(0, np.int64), *(part[0] for part in found)]), out=starts[1:])
    users = np.concatenate([np.zeros(0, np.int32), *(part[1] for part in found)])
    numbers = np.concatenate([np.zeros(0, np.int8), *(part[2] for part in found)])
    months = np.concatenate([np.zeros(0, np.int64), *(part[3] for part in found)])
    return starts, users, numbers, months


def _edges(sources: Sequence[ActivityFile], customers: int) -> list[int]:
    """Customers at which to cut, so that the shares have about equally many rows to read."""
    parts = sorted((part.first, part.rows) for source in sources for part in source.parts)
    rows = np.cumsum([0, *(rows for _, rows in parts)])
    cuts = np.searchsorted(rows, np.linspace(0, rows[-1], SHARES + 1)[1:-1])
    return sorted({0, customers, *(parts[cut][0] for cut in cuts if cut < len(parts))})


def _share(held: UserRows, sources: Sequence[ActivityFile], bits: PairBits, first: int, last: int) -> list[UserRows]:
    """The use of a range of customers, piece by piece: of each customer the number of rows, and the rows."""
    streams = [ActivityStream(source, bits, first) for source in sources]
    # One file more is laid beside what is known; many are counted from nothing.
    merged = _with_month if len(streams) == 1 else _merged
    times = [stream.t for stream in streams]
    try:
        return [merged(held, times, *piece) for piece in _walked(held[0], streams, first, last)]
    finally:
        for stream in streams:
            stream.close()


def _walked(
    starts: Ints, streams: Sequence[ActivityStream], first: int, last: int
) -> Iterator[tuple[int, int, _Fresh]]:
    """Runs of customers whose rows fit the cache: the first, the one after the last, and their rows in each file."""
    while first < last:
        known = [stream.reach(first) for stream in streams]
        held = int(np.searchsorted(starts, starts[first] + ROWS_AT_ONCE))
        end = max(first + 1, min([last, held, *(reached for reached in known if reached is not None)]))
        yield first, end, [stream.take(end) for stream in streams]
        first = end


def _merged(held: UserRows, times: Sequence[int], first: int, last: int, fresh: _Fresh) -> UserRows:
    starts, users, bits, months = held
    known = slice(starts[first], starts[last])
    offsets = np.cumsum([known.stop - known.start, *(len(rows[0]) for rows in fresh)])
    row_starts = np.empty((1 + len(fresh), last - first + 1), np.int64)
    row_starts[0] = starts[first : last + 1] - starts[first]
    for file, (customers, _, _) in enumerate(fresh):
        find_rows(customers, first, offsets[file], row_starts[1 + file])
    rows, merged_users, merged_bits, merged_months = merge_users(
        row_starts,
        np.array(times, np.int64),
        np.concatenate([users[known].astype(np.int64), *(rows[1] for rows in fresh)]),
        np.concatenate([np.int64(1) << bits[known].astype(np.int64), *(rows[2] for rows in fresh)]),
        months[known],
    )
    return rows, narrow(merged_users), merged_bits, merged_months


def _with_month(held: UserRows, times: Sequence[int], first: int, last: int, fresh: _Fresh) -> UserRows:
    starts, users, bits, months = held
    known = slice(starts[first], starts[last])
    customers, more_users, more_pairs = fresh[0]
    more_starts = np.empty(last - first + 1, np.int64)
    find_rows(customers, first, 0, more_starts)
    rows, merged_users, merged_bits, merged_months = add_month(
        starts[first : last + 1] - starts[first],
        users[known],
        bits[known],
        months[known],
        more_starts,
        more_users,
        more_pairs,
        1 << times[0],
    )
    return rows, narrow(merged_users), merged_bits, merged_months


@compiled
def find_rows(customers: Ints, first: int, offset: int, starts: Ints) -> None:
    """Write where the rows of each customer from ``first`` on begin, counted from ``offset``."""
    row = 0
    for place in range(len(starts)):
        while row < len(customers) and customers[row] < first + place:
            row += 1
        starts[place] = offset + row


@compiled
def merge_users(starts: Ints, times: Ints, users: Ints, pairs: Ints, masks: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """
    Merge the rows of customers by user.

    Args:
        starts: by list and customer, the first row.
        times: of each list but the first, the month's bit; the rows of the first have masks.
        users: of each row, the user.
        pairs: of each row, the pairs used.
        masks: of each row of the first list, the months.

    Returns:
        Of each customer the number of rows; and of each row the user, the pair's bit and the months. Users ascend.
    """
    every = 0
    for row in range(len(pairs)):
        every |= pairs[row]
    width = bit_length(every)
    rows_of = np.zeros(starts.shape[1] - 1, np.int64)
    made = np.empty(4096, np.int64), np.empty(4096, np.int8), np.empty(4096, np.int64)
    size = 0
    met, slots = np.empty(256, np.int64), np.full(512, -1, np.int64)
    # By user met, the pairs of each list and the known months of each pair; nothing once they are written.
    used, known_months = np.zeros((256, len(starts)), np.int64), np.zeros((256, width), np.int64)
    for customer in range(starts.shape[1] - 1):
        known = -1
        while known < 0:
            # Noting a row again changes nothing, so a customer with many users is begun again with more room.
            known = meet_users(
                starts[:, customer : customer + 2], users, pairs, masks, (met, slots, -1 - known), used, known_months
            )
            if known < 0:
                met, slots = roomier(met, -1 - known)
                used = np.concatenate((used, np.zeros_like(used)))
                known_months = np.concatenate((known_months, np.zeros_like(known_months)))
        while size + known * width > len(made[0]):
            made = (
                np.concatenate((made[0], made[0])),
                np.concatenate((made[1], made[1])),
                np.concatenate((made[2], made[2])),
            )
        before = size
        size = write_users(met, ascending(met[:known]), times, used, known_months, made, size)
        rows_of[customer] = size - before
        free(slots, met, known)
    return rows_of, made[0][:size].copy(), made[1][:size].copy(), made[2][:size].copy()


@compiled
def meet_users(
    starts: Ints,
    users: Ints,
    pairs: Ints,
    masks: Ints,
    table: tuple[Ints, Ints, int],
    used: Ints,
    known_months: Ints,
) -> int:
    """
    Note the pairs and known months of the users of one customer.

    Returns:
        How many users there are; -1 less those that are met already when there is no room for more.
    """
    met, slots, known = table
    for place in range(len(starts)):
        for row in range(starts[place, 0], starts[place, 1]):
            slot = slot_of(slots, met, users[row])
            if slots[slot] < 0:
                if known == len(met):
                    return -1 - known
                slots[slot] = known
                met[known] = users[row]
                known += 1
            used[slots[slot], place] |= pairs[row]
            if place == 0:
                known_months[slots[slot], lowest(pairs[row])] |= masks[row]
    return known


@compiled
def write_users(
    met: Ints, order: Ints, times: Ints, used: Ints, known_months: Ints, made: tuple[Ints, Ints, Ints], size: int
) -> int:
    """Write user, bit and months of the users met behind ``size`` rows, and return how many rows there are then."""
    made_users, made_bits, made_months = made
    for number in order:
        every = 0
        for place in range(used.shape[1]):
            every |= used[number, place]
        while every != 0:
            bit = lowest(every)
            every &= every - 1
            months = known_months[number, bit]
            for place in range(1, used.shape[1]):
                months |= ((used[number, place] >> bit) & 1) << times[place - 1]
            known_months[number, bit] = 0
            if months != 0:
                made_users[size], made_bits[size], made_months[size] = met[number], bit, months
                size += 1
        for place in range(used.shape[1]):
            used[number, place] = 0
    return size


@compiled
def ascending(users: Ints) -> Ints:
    """Return the places of users in their order; few of them are sorted where they are, most stand right already."""
    if len(users) > FEW_USERS:
        return np.argsort(users)
    order = np.empty(len(users), np.int64)
    for number in range(len(users)):
        place = number
        while place > 0 and users[order[place - 1]] > users[number]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = number
    return order


@compiled
def lowest(mask: int) -> int:
    """Return the place of the lowest bit of a mask that has one."""
    place: int = BIT_OF[(mask & -mask) % len(BIT_OF)]
    return place


@compiled
def bit_length(mask: int) -> int:
    """Return the place after the highest bit of a mask."""
    found = 0
    while mask != 0:
        mask >>= 1
        found += 1
    return found


@compiled
def add_month(
    starts: Ints,
    users: Ints,
    bits: Ints,
    months: Ints,
    more_starts: Ints,
    more_users: Ints,
    more_pairs: Ints,
    month: int,
) -> tuple[Ints, Ints, Ints, Ints]:
    """
    Walk the rows of customers and those of one month side by side, user by user.

    Args:
        starts: by customer, the first row.
        users: of each row, the user, ascending within a customer.
        bits: of each row, the pair's bit.
        months: of each row, the months.
        more_starts: by customer, the first row of the month.
        more_users: of each row of the month, the user, ascending within a customer.
        more_pairs: of each row of the month, the pairs used.
        month: the month, as a mask.

    Returns:
        Of each customer the number of rows; and of each row the user, the pair's bit and the months. Users ascend.
    """
    pairs_used = 0
    for pairs in more_pairs:
        pairs_used += count_bits(pairs)
    room = len(users) + pairs_used
    made_users, made_bits, made_months = np.empty(room, np.int64), np.empty(room, np.int8), np.empty(room, np.int64)
    rows_of = np.zeros(len(starts) - 1, np.int64)
    used = np.zeros(64, np.int64)
    size = 0
    for customer in range(len(starts) - 1):
        here, last = starts[customer], starts[customer + 1]
        there, last_there, before = more_starts[customer], more_starts[customer + 1], size
        while here < last or there < last_there:
            user = np.int64(users[here]) if here < last else np.int64(more_users[there])
            if there < last_there and more_users[there] < user:
                user = np.int64(more_users[there])
            every = 0
            while here < last and users[here] == user:
                used[bits[here]] |= months[here]
                every |= 1 << bits[here]
                here += 1
            while there < last_there and more_users[there] == user:
                every |= more_pairs[there]
                left = more_pairs[there]
                while left != 0:
                    used[lowest(left)] |= month
                    left &= left - 1
                there += 1
            while every != 0:
                bit = lowest(every)
                every &= every - 1
                if used[bit] != 0:
                    made_users[size], made_bits[size], made_months[size] = user, bit, used[bit]
                    used[bit] = 0
                    size += 1
        rows_of[customer] = size - before
    return rows_of, made_users[:size].copy(), made_bits[:size].copy(), made_months[:size].copy()


@compiled
def count_bits(pairs: int) -> int:
    """Return how many bits a mask has."""
    found = 0
    while pairs != 0:
        pairs &= pairs - 1
        found += 1
    return found
