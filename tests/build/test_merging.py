"""One more month of use, or several, laid to what is known already: the same as adding them up user by user."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from partnerlens.build.kernels.activity import MonthFile, PairBits
from partnerlens.build.kernels.merging import merged_use
from partnerlens.build.kernels.users import UserRows

CUSTOMERS = 40
BITS = 5

Known = dict[tuple[int, int, int], int]
"""By customer, user and bit the months, as a mask."""


def held_rows(known: Known) -> UserRows:
    """Known use as rows."""
    rows = []
    for customer in range(CUSTOMERS):
        users = sorted({user for owner, user, _ in known if owner == customer})
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


Rows = list[tuple[int, int, int, int]]
"""Customer, user, workload (a bit's number) and whether it was with intent."""


def month_file(path: Path, rows: Rows, *, statistics: bool = True) -> Path:
    """Write a file of activity in row groups of a few rows; product 1 alone."""
    customers, users, workloads, intentional = ([row[column] for row in rows] for column in range(4))
    table = pa.table(
        {
            "customer_no": pa.array(customers, pa.int64()),
            "user_no": pa.array(users, pa.int64()),
            "product_no": pa.array([1] * len(rows), pa.int64()),
            "workload_no": pa.array(workloads, pa.int64()),
            "intentional": pa.array([bool(flag) for flag in intentional], pa.bool_()),
        }
    )
    pq.write_table(table, path, row_group_size=7, write_statistics=statistics)
    return path


def all_bits() -> PairBits:
    """Each workload has its own number as its bit."""
    bits = PairBits(1, BITS)
    for bit in range(BITS):
        bits.meet(1, bit)
    return bits


@pytest.mark.parametrize(("months", "files"), [(1, 1), (1, 2), (3, 1), (3, 2)])
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("order", ["sorted", "users in no order", "rows in no order", "without statistics"])
def test_months_are_laid_to_what_is_known(tmp_path, months, files, seed, order):
    """
    Users that are known and new ones, of customers that are known and new ones; months of one file or two.

    Some customers have more rows than a row group, and one has more users than there is room for at first. Use whose
    months are all taken away, as those of a corrected month are, leaves no row, and so does use without intent.
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
        for number in range(files):
            rows: Rows = []
            for customer in range(0, CUSTOMERS, 2 + t % 2):
                many, asked = (600, 1500) if customer == 6 else (12, chance.choice([0, 2, 7, 30, 200]))
                users = chance.choices(range(1000 * customer, 1000 * customer + many), k=asked)
                rows += [(customer, user, chance.randrange(BITS), chance.randrange(3)) for user in users]
            if order == "rows in no order":
                chance.shuffle(rows)
            else:
                rows.sort(key=lambda row: row[:1] if order == "users in no order" else row[:2])
            path = month_file(tmp_path / f"{t}-{number}.parquet", rows, statistics=order != "without statistics")
            fresh.append(MonthFile(path, t))
            for customer, user, bit, intentional in rows:
                if intentional:
                    expected[customer, user, bit] |= 1 << t
    bits = all_bits()
    with ThreadPoolExecutor(2) as workers:
        starts, users, found_bits, masks = merged_use(held_rows(known), fresh, bits, workers)

    found = [
        ((customer, int(users[row]), int(found_bits[row])), int(masks[row]))
        for customer in range(CUSTOMERS)
        for row in range(starts[customer], starts[customer + 1])
    ]
    assert len(dict(found)) == len(found)
    assert dict(found) == {place: mask for place, mask in expected.items() if mask}
    for customer in range(CUSTOMERS):
        mine = users[starts[customer] : starts[customer + 1]].tolist()
        assert mine == sorted(mine)


def test_a_month_in_which_nobody_did_anything(tmp_path):
    """An empty file changes nothing, alone or with another month."""
    held = held_rows({(3, 3001, 2): 6})
    empty = MonthFile(month_file(tmp_path / "empty.parquet", []), 40)
    other = MonthFile(month_file(tmp_path / "other.parquet", [(3, 3001, 2, 1)]), 41)
    bits = all_bits()
    for files, expected in (([empty], 6), ([empty, other], 6 | 1 << 41)):
        with ThreadPoolExecutor(2) as workers:
            starts, users, _, masks = merged_use(held, files, bits, workers)
        assert (starts[3], starts[4], starts[-1]) == (0, 1, 1)
        assert (users.tolist(), masks.tolist()) == ([3001], [expected])
