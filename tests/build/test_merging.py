"""One more month of use, or several, laid to what is known already: the same as adding them up user by user."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from partnerlens.build.kernels.activity import MonthUse
from partnerlens.build.kernels.merging import merged_use
from partnerlens.build.kernels.users import UserRows

CUSTOMERS = 40
BITS = 5

Known = dict[tuple[int, int, int], int]
"""By customer, user and bit the months, as a mask."""


def held_rows(known: Known, chance: random.Random) -> UserRows:
    """Known use as rows: the users of every other customer in no order, the rows of each together."""
    rows = []
    for customer in range(CUSTOMERS):
        users = sorted({user for owner, user, _ in known if owner == customer})
        if customer % 2:
            chance.shuffle(users)
        for user in users:
            rows += [
                (customer, user, bit, known[customer, user, bit])
                for bit in range(BITS)
                if (customer, user, bit) in known
            ]
    starts = np.searchsorted([row[0] for row in rows], np.arange(CUSTOMERS + 1))
    return (
        starts.astype(np.int64),
        np.array([row[1] for row in rows], np.int32),
        np.array([row[2] for row in rows], np.int8),
        np.array([row[3] for row in rows], np.int64),
    )


def month_use(t: int, rows: list[tuple[int, int, int]]) -> MonthUse:
    """Customer, user and pairs of a month, in their order."""
    rows = sorted(rows, key=lambda row: row[:2])
    starts = np.searchsorted([row[0] for row in rows], np.arange(CUSTOMERS + 1))
    return MonthUse(
        t,
        starts.astype(np.int64),
        np.array([row[1] for row in rows], np.int32),
        np.array([row[2] for row in rows], np.int32),
    )


@pytest.mark.parametrize("months", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_months_are_laid_to_what_is_known(months, seed):
    """
    Users that are known and new ones, of customers that are known and new ones; a month from two files.

    Use whose months are all taken away, as those of a corrected month are, leaves no row.
    """
    chance = random.Random(seed)
    known: Known = {
        (customer, chance.randrange(1000 * customer, 1000 * customer + 12), bit): chance.choice([0, 1, 6, 1 << 61])
        for customer in range(CUSTOMERS)
        for bit in range(BITS)
        for _ in range(chance.randrange(4))
        if customer % 5
    }
    expected: Known = defaultdict(int, known)
    fresh = []
    for t in range(40, 40 + months):
        rows = []
        for customer in range(0, CUSTOMERS, 2 + t % 2):
            users = chance.choices(range(1000 * customer, 1000 * customer + 12), k=chance.randrange(8))
            rows += [(customer, user, chance.randrange(1, 1 << BITS)) for user in users]
        fresh.append(month_use(t, rows))
        for customer, user, pairs in rows:
            for bit in range(BITS):
                if pairs >> bit & 1:
                    expected[customer, user, bit] |= 1 << t
    with ThreadPoolExecutor(2) as workers:
        starts, users, bits, masks = merged_use(held_rows(known, chance), fresh, workers)

    found = [
        ((customer, int(users[row]), int(bits[row])), int(masks[row]))
        for customer in range(CUSTOMERS)
        for row in range(starts[customer], starts[customer + 1])
    ]
    assert len(dict(found)) == len(found)
    assert dict(found) == {place: mask for place, mask in expected.items() if mask}
    for customer in range(CUSTOMERS):
        mine = users[starts[customer] : starts[customer + 1]].tolist()
        assert len({*mine}) == sum(row == 0 or mine[row] != mine[row - 1] for row in range(len(mine)))
