"""Who used what in further months, laid to what is known already, customer by customer."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from partnerlens.build.kernels.activity import MonthUse, narrow
from partnerlens.build.kernels.users import UserRows, ranges, slot_of
from partnerlens.compiled import Ints, compiled


def merged_use(held: UserRows, fresh: Sequence[MonthUse], workers: ThreadPoolExecutor) -> UserRows:
    """
    Return the use of users with further months.

    Args:
        held: what is known already.
        fresh: further months, as bits of the same masks.
        workers: where the kernel runs.
    """
    # One month more is laid beside what is known; many are counted from nothing.
    merged = _with_month if len(fresh) == 1 else _merged
    running = [
        workers.submit(merged, held, fresh, first, last)
        for first, last in ranges([held[0], *(m.starts for m in fresh)])
    ]
    found = [part.result() for part in running]
    starts = np.zeros(len(held[0]), np.int64)
    np.cumsum(np.concatenate([np.zeros(0, np.int64), *(part[0] for part in found)]), out=starts[1:])
    users = np.concatenate([np.zeros(0, np.int32), *(part[1] for part in found)])
    bits = np.concatenate([np.zeros(0, np.int8), *(part[2] for part in found)])
    months = np.concatenate([np.zeros(0, np.int64), *(part[3] for part in found)])
    return starts, users, bits, months


def _merged(held: UserRows, fresh: Sequence[MonthUse], first: int, last: int) -> UserRows:
    """Of each customer of a range the number of rows, and the rows."""
    starts, users, bits, months = held
    edges = [(starts[first], starts[last]), *((month.starts[first], month.starts[last]) for month in fresh)]
    offsets = np.cumsum([0, *(end - start for start, end in edges)])
    row_starts = np.stack(
        [
            of_file[first : last + 1] - start + offset
            for of_file, (start, _), offset in zip([starts, *(m.starts for m in fresh)], edges, offsets, strict=False)
        ]
    )
    known = slice(*edges[0])
    every = [(users[known], np.int64(1) << bits[known].astype(np.int64))]
    every += [(m.users[start:end], m.pairs[start:end]) for m, (start, end) in zip(fresh, edges[1:], strict=True)]
    rows, merged_users, merged_bits, merged_months = merge_users(
        row_starts,
        np.array([-1, *(month.t for month in fresh)], np.int64),
        np.concatenate([of_file for of_file, _ in every]).astype(np.int64, copy=False),
        np.concatenate([pairs for _, pairs in every]).astype(np.int64, copy=False),
        months[known],
    )
    return rows, narrow(merged_users), merged_bits, merged_months


def _with_month(held: UserRows, fresh: Sequence[MonthUse], first: int, last: int) -> UserRows:
    """Of each customer of a range the number of rows, and the rows: those that are held, with one more month."""
    starts, users, bits, months = held
    (month,) = fresh
    known, more = slice(starts[first], starts[last]), slice(month.starts[first], month.starts[last])
    rows, merged_users, merged_bits, merged_months = add_month(
        starts[first : last + 1] - starts[first],
        users[known],
        bits[known],
        months[known],
        month.starts[first : last + 1] - month.starts[first],
        month.users[more],
        month.pairs[more],
        1 << month.t,
    )
    return rows, narrow(merged_users), merged_bits, merged_months


@compiled
def merge_users(  # noqa: C901
    starts: Ints, times: Ints, users: Ints, pairs: Ints, masks: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """
    Merge the rows of customers by user.

    Args:
        starts: by list and customer, the first row.
        times: of each list, the month's bit; -1 for one whose rows have masks. Only the first list may have them.
        users: of each row, the user.
        pairs: of each row, the pairs used.
        masks: of each row of the first list, the months.

    Returns:
        Of each customer the number of rows; and of each row the user, the pair's bit and the months.
    """
    rows_of = np.zeros(starts.shape[1] - 1, np.int64)
    room = 4096
    made_users, made_bits, made_months = np.empty(room, np.int64), np.empty(room, np.int8), np.empty(room, np.int64)
    size = 0
    bits, kind_of = np.empty(64, np.int8), np.zeros(64, np.int64)
    for customer in range(starts.shape[1] - 1):
        rows = np.sum(starts[:, customer + 1] - starts[:, customer])
        if rows == 0:
            continue
        user_of, met, every = numbered_users(starts, users, pairs, customer, rows)
        kinds = 0
        for bit in range(64):
            if (every >> bit) & 1:
                kind_of[bit], bits[kinds] = kinds, bit
                kinds += 1
        used = np.zeros((len(met), kinds), np.int64)
        place = 0
        for file in range(len(times)):
            for row in range(starts[file, customer], starts[file, customer + 1]):
                months = masks[row] if times[file] < 0 else 1 << times[file]
                mark(used[user_of[place]], kind_of, pairs[row], months)
                place += 1
        while size + used.size > room:
            made_users = np.concatenate((made_users, made_users))
            made_bits = np.concatenate((made_bits, made_bits))
            made_months = np.concatenate((made_months, made_months))
            room *= 2
        for user in range(len(met)):
            for kind in range(kinds):
                if used[user, kind] != 0:
                    made_users[size] = met[user]
                    made_bits[size] = bits[kind]
                    made_months[size] = used[user, kind]
                    size += 1
                    rows_of[customer] += 1
    return rows_of, made_users[:size].copy(), made_bits[:size].copy(), made_months[:size].copy()


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
        users: of each row, the user; the rows of a user stand together.
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
    used, every_bit = np.zeros(64, np.int64), np.arange(64)
    size = 0
    for customer in range(len(starts) - 1):
        first, last, there = starts[customer], starts[customer + 1], more_starts[customer]
        order = ordered(users, first, last)
        here, before = 0, size
        while here < len(order) or there < more_starts[customer + 1]:
            user = np.int64(users[order[here]]) if here < len(order) else np.int64(more_users[there])
            if there < more_starts[customer + 1] and more_users[there] < user:
                user = np.int64(more_users[there])
            every = 0
            while here < len(order) and users[order[here]] == user:
                used[bits[order[here]]] |= months[order[here]]
                every |= 1 << bits[order[here]]
                here += 1
            while there < more_starts[customer + 1] and more_users[there] == user:
                every |= more_pairs[there]
                mark(used, every_bit, more_pairs[there], month)
                there += 1
            bit = 0
            while every != 0:
                if every & 1 and used[bit] != 0:
                    made_users[size], made_bits[size], made_months[size] = user, bit, used[bit]
                    used[bit] = 0
                    size += 1
                every >>= 1
                bit += 1
        rows_of[customer] = size - before
    return rows_of, made_users[:size].copy(), made_bits[:size].copy(), made_months[:size].copy()


@compiled
def ordered(users: Ints, first: int, last: int) -> Ints:
    """Return the rows of a range in the order of users; rows of a user keep theirs."""
    for row in range(first + 1, last):
        if users[row] < users[row - 1]:
            return first + np.argsort(users[first:last], kind="mergesort")
    return np.arange(first, last)


@compiled
def count_bits(pairs: int) -> int:
    """Return how many bits a mask has."""
    found = 0
    while pairs != 0:
        pairs &= pairs - 1
        found += 1
    return found


@compiled
def mark(used: Ints, kind_of: Ints, pairs: int, months: int) -> None:
    """Add months to those in which a user used some pairs."""
    bit = 0
    while pairs != 0:
        if pairs & 1:
            used[kind_of[bit]] |= months
        pairs >>= 1
        bit += 1


@compiled
def numbered_users(starts: Ints, users: Ints, pairs: Ints, customer: int, rows: int) -> tuple[Ints, Ints, int]:
    """Number the users of a customer; return the number of each row's user, the users, and all pairs used."""
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
    return user_of, met[:known], every
