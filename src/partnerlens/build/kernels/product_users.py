"""The active users of each month by customer and product, as the step ``product_users`` counts them."""

import numpy as np
import pyarrow as pa

from partnerlens.build.kernels.kept_use import Use
from partnerlens.compiled import Ints, compiled
from partnerlens.months import Month


def product_users(use: Use, month: Month) -> pa.Table:
    """
    Return the rows of the step ``product_users`` of a month: ``customer_no``, ``product_no``, ``users``.

    Rows are in the order of customers and products. Counts of feeds without users are not among them.

    Args:
        use: what users did.
        month: the month; ``use`` knows it.
    """
    products, place_of = np.unique(np.array([product for product, _ in use.pairs], np.int64), return_inverse=True)
    t = month - use.base
    found = count_products(use.starts, use.users, use.bits, use.months, t, place_of.astype(np.int64), products)
    return pa.table(dict(zip(("customer_no", "product_no", "users"), map(pa.array, found), strict=True)))


@compiled
def count_products(
    starts: Ints, users: Ints, bits: Ints, months: Ints, t: int, place_of: Ints, products: Ints
) -> tuple[Ints, Ints, Ints]:
    """
    Return customers, products and numbers of distinct users of a month.

    Args:
        starts: by customer, the first row.
        users: of each row, the user; the rows of a user stand together.
        bits: of each row, the number of the pair's bit.
        months: of each row, the months as a mask.
        t: the bit of the month.
        place_of: by bit, the place of the pair's product.
        products: the products, ascending.
    """
    customers_made, products_made, users_made = (
        np.empty(1024, np.int64),
        np.empty(1024, np.int64),
        np.empty(1024, np.int64),
    )
    size = 0
    counts = np.zeros(len(products), np.int64)
    latest = np.full(len(products), -1, np.int64)
    for customer in range(len(starts) - 1):
        for row in range(starts[customer], starts[customer + 1]):
            if (months[row] >> t) & 1:
                place = place_of[bits[row]]
                if latest[place] != users[row]:
                    latest[place] = users[row]
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
                counts[place] = 0
                size += 1
    return customers_made[:size].copy(), products_made[:size].copy(), users_made[:size].copy()
