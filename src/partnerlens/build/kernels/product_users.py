"""
The active users of each month by customer and product, as the step ``product_users`` counts them.

A month is read, counted and forgotten, so the memory is that of one month.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from partnerlens.build.kernels.activity import MonthFile, PairBits, read_activity
from partnerlens.compiled import Ints, compiled
from partnerlens.engine.protocol import Engine
from partnerlens.months import Month
from partnerlens.store import Snapshot

BIT_TABLES = {"customers": "customer_no", "products": "product_no", "workloads": "workload_no"}
"""The dimensions whose largest numbers size the arrays."""


def product_users(
    engine: Engine, snapshot: Snapshot, months: Sequence[Month], workers: ThreadPoolExecutor
) -> Iterator[tuple[Month, pa.Table]]:
    """
    Yield the rows of the step ``product_users`` for each month: ``customer_no``, ``product_no``, ``users``.

    Rows are in the order of customers and products. Counts of feeds without users are not read.

    Args:
        engine: has the dimensions by name.
        snapshot: where the facts' files are.
        months: the months.
        workers: where the reading runs.

    Raises:
        TooManyPairs: the step has to count.
    """
    largest = {
        table: int(engine.fetch(f"SELECT coalesce(max({number}), 0) AS no FROM {table}")["no"][0].as_py())
        for table, number in BIT_TABLES.items()
    }
    bits = PairBits(largest["products"], largest["workloads"])
    every = np.ones(largest["customers"] + 1, np.int64)
    for month in months:
        files = [MonthFile(snapshot.folder / file.path, 0) for file in snapshot.fact_files("activity", month, month)]
        yield month, _counted(files, bits, every, workers)


def _counted(files: Sequence[MonthFile], bits: PairBits, every: Ints, workers: ThreadPoolExecutor) -> pa.Table:
    """The rows of one month; its files have that month alone."""
    found = (np.zeros(0, np.int64),) * 3
    for use in read_activity(files, bits, every, workers):
        products, place_of = np.unique(np.array([product for product, _ in bits.pairs]), return_inverse=True)
        found = count_products(use.starts, use.users, use.pairs, place_of, products)
    return pa.table(dict(zip(("customer_no", "product_no", "users"), map(pa.array, found), strict=True)))


@compiled
def count_products(  # noqa: C901
    starts: Ints, users: Ints, pairs: Ints, place_of: Ints, products: Ints
) -> tuple[Ints, Ints, Ints]:
    """
    Return customers, products and numbers of distinct users.

    Args:
        starts: by customer, the first row.
        users: by row, the user; those of a customer ascend, and one user may have several rows.
        pairs: by row, the pairs used, as a mask.
        place_of: by pair, the place of its product.
        products: the products, ascending.
    """
    customers_made, products_made, users_made = (
        np.empty(1024, np.int64),
        np.empty(1024, np.int64),
        np.empty(1024, np.int64),
    )
    size = 0
    counts = np.zeros(len(products), np.int64)
    masks = np.zeros(len(products), np.int64)
    for bit in range(len(place_of)):
        masks[place_of[bit]] |= 1 << bit
    for customer in range(len(starts) - 1):
        row, last = starts[customer], starts[customer + 1]
        if row == last:
            continue
        counts[:] = 0
        while row < last:
            user = users[row]
            used = 0
            while row < last and users[row] == user:
                used |= pairs[row]
                row += 1
            for place in range(len(products)):
                if used & masks[place] != 0:
                    counts[place] += 1
        while size + len(products) > len(customers_made):
            customers_made = np.concatenate((customers_made, customers_made))
            products_made = np.concatenate((products_made, products_made))
            users_made = np.concatenate((users_made, users_made))
        for place in range(len(products)):
            if counts[place] != 0:
                customers_made[size] = customer
                products_made[size] = products[place]
                users_made[size] = counts[place]
                size += 1
    return customers_made[:size].copy(), products_made[:size].copy(), users_made[:size].copy()
