"""Active users of a customer in each month, as the step ``customer_users`` adds them up."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from partnerlens.build.kernels.credit import numbers
from partnerlens.compiled import Ints, compiled
from partnerlens.store.decimals import decimals_of

WEIGHT_PLACES = 6
"""Decimals of a weight."""

LARGEST_WEIGHT = 2**28
"""Weights up to this, in units of 1e-6, leave room for two thousand million users of a customer."""

LARGEST_PAID = 2**28
"""Most customers times products, by which the months of payment are looked up (2 GiB)."""


def customer_users(
    files: Mapping[int, Path], weights: Mapping[int, Decimal], paid: pa.Table, workers: ThreadPoolExecutor
) -> pa.Table | None:
    """
    Return the rows of the step ``customer_users``: ``customer_no``, ``t``, ``amount``.

    Args:
        files: by month ``t``, the file of ``product_users``; its rows are in the order of customers.
        weights: by product number, what a user counts for; other products do not count.
        paid: the rows of the step ``paid_products``.
        workers: where it runs.

    Returns:
        The rows; None when the numbers do not fit, and the step has to add them up.
    """
    units = {product: int(weight.scaleb(WEIGHT_PLACES)) for product, weight in weights.items()}
    customers = int(numbers(paid, "customer_no").max(initial=0)) + 1
    if max(units.values(), default=0) > LARGEST_WEIGHT or customers * len(units) > LARGEST_PAID:
        return None
    products = sorted(units)
    place_of = np.full(max([*products, int(numbers(paid, "product_no").max(initial=0))], default=0) + 1, -1, np.int64)
    place_of[products] = np.arange(len(products))
    places = place_of[numbers(paid, "product_no")]
    is_weighed = places >= 0
    months = np.zeros((customers, max(len(products), 1)), np.int64)
    months[numbers(paid, "customer_no")[is_weighed], places[is_weighed]] = numbers(paid, "months")[is_weighed]
    weight_of = np.array([units[product] for product in products], np.int64)

    def added(t: int) -> tuple[Ints, Ints]:
        rows = pq.read_table(files[t], columns=["customer_no", "product_no", "users"], use_threads=False)
        return add_users(
            numbers(rows, "customer_no"),
            numbers(rows, "product_no"),
            numbers(rows, "users"),
            t,
            place_of,
            months,
            weight_of,
        )

    found = list(workers.map(added, files))
    amounts = np.concatenate([np.zeros(0, np.int64), *(amounts for _, amounts in found)])
    return pa.table(
        {
            "customer_no": np.concatenate([np.zeros(0, np.int64), *(owners for owners, _ in found)]),
            "t": pa.array(np.repeat(list(files), [len(owners) for owners, _ in found]), pa.int32()),
            "amount": decimals_of(amounts, pa.decimal128(18, WEIGHT_PLACES)),
        }
    )


@compiled
def add_users(
    customers: Ints, products: Ints, users: Ints, t: int, place_of: Ints, months: Ints, weight_of: Ints
) -> tuple[Ints, Ints]:
    """
    Return the customers with users of a paid product in a month, and what these count for.

    Args:
        customers: of each row, the customer; ascending.
        products: of each row, the product.
        users: of each row, its users.
        t: the month.
        place_of: by product, its place; -1 where it does not count.
        months: by customer and place, the months in which it is paid.
        weight_of: by place, what a user counts for.
    """
    owners, amounts = np.empty(len(customers), np.int64), np.empty(len(customers), np.int64)
    size = 0
    for row in range(len(customers)):
        customer = customers[row]
        if customer >= len(months) or products[row] >= len(place_of):
            continue
        place = place_of[products[row]]
        if place < 0 or (months[customer, place] >> t) & 1 == 0:
            continue
        if size == 0 or owners[size - 1] != customer:
            owners[size] = customer
            amounts[size] = 0
            size += 1
        amounts[size - 1] += users[row] * weight_of[place]
    return owners[:size].copy(), amounts[:size].copy()
