"""Who is credited where, laid out so that a kernel finds the cells of a subscription or customer at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.compiled import Ints, compiled

ROWS_AHEAD = 4096
"""How many cells are found before what is theirs is added, so that the processor fetches several at once."""


@dataclass(frozen=True)
class Dimensions:
    """
    The dimensions as arrays by the store's numbers.

    Attributes:
        partner_ranks: by partner number, the rank of its id.
        partners: the partners' ids in order.
        product_ranks: by product number, the rank of its id.
        products: the products' ids in order.
        country_of: by customer number, the rank of its country.
        countries: the countries in order.
        customer_of: by subscription number, the customer.
        product_of: by subscription number, the rank of the product.
        is_paid: by subscription number, whether the licence is a paid one.
        ends: by subscription number, its last day; ``NEVER`` where it has none.
    """

    partner_ranks: Ints
    partners: list[str]
    product_ranks: Ints
    products: list[str]
    country_of: Ints
    countries: list[str]
    customer_of: Ints
    product_of: Ints
    is_paid: npt.NDArray[np.bool_]
    ends: Ints


@dataclass(frozen=True)
class Grouped:
    """
    Rows in the order of a key.

    Attributes:
        starts: by key, the first of its rows; one more at the end.
        order: the rows.
    """

    starts: Ints
    order: Ints


@dataclass(frozen=True)
class Places:
    """
    Partners with the countries in which they are credited, and the cells of these by product.

    A partner's cells stand together in the order of products, then countries, so that the numbers of cells are in
    their final order.

    Attributes:
        partners: of each place, the partner's rank; ascending.
        countries: of each place, the country's rank; ascending within a partner.
        bases: of each place, the cell of the first product.
        steps: of each place, how far apart the cells of two products are.
        products: how many products there are.
    """

    partners: Ints
    countries: Ints
    bases: Ints
    steps: Ints
    products: int

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.partners) * self.products

    def keys(self, cells: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the ranks of partner, product and country of some cells."""
        firsts = np.flatnonzero(np.diff(self.partners, prepend=-1))
        edges = firsts * self.products
        owner = np.searchsorted(edges, cells, side="right") - 1
        place = firsts[owner]
        within = cells - edges[owner]
        step = self.steps[place]
        return self.partners[place], within // step, self.countries[place + within % step]

    def cells(self, partners: Ints, products: Ints, countries: Ints) -> Ints:
        """
        Return the cells of ranks of partner, product and country.

        Raises:
            KeyError: a partner has no place in a country.
        """
        every = int(max(self.countries.max(initial=0), countries.max(initial=0))) + 1
        places, wanted = self.partners * every + self.countries, partners * every + countries
        place = np.searchsorted(places, wanted)
        if len(wanted) and not np.array_equal(np.append(places, -1)[place], wanted):
            raise KeyError("a partner without a place in a country")
        found: Ints = self.bases[place] + self.steps[place] * products
        return found


@dataclass(frozen=True)
class Links:
    """
    Where the facts of a subscription or customer count.

    Attributes:
        starts: by subscription or customer number, the first of its rows; one more at the end.
        bases: of each row, the cell of the first product.
        steps: of each row, how far apart the cells of two products are.
        months: of each row, the months of credit as a mask.
        place_of: of each row, its place.
        places: the places of the cells.
    """

    starts: Ints
    bases: Ints
    steps: Ints
    months: Ints
    place_of: Ints
    places: Places

    @property
    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        """What a kernel finds cells by: starts, bases, steps and months."""
        return self.starts, self.bases, self.steps, self.months


class Totals:
    """
    Totals by cell, all zero, in memory that serves month after month: most of it is nobody's in a month.

    Args:
        shape: cells, and numbers of each where there are several.
    """

    def __init__(self, *shape: int) -> None:
        """Remember the shape; memory is taken when it is asked for, as often as at once."""
        self._shape = shape
        self._spare: list[Ints] = []

    @contextmanager
    def lent(self) -> Iterator[Ints]:
        """Lend zeros to whoever leaves zeros behind; what an error leaves is not lent again."""
        total = self._spare.pop() if self._spare else np.zeros(self._shape, np.int64)
        yield total
        self._spare.append(total)


def links_of(owners: Ints, customers: Ints, partners: Ints, months: Ints, known: Dimensions, number: int) -> Links:
    """
    Return the links of a kind of credit.

    Args:
        owners: of each row of credit, the subscription or customer number.
        customers: of each row, the customer number.
        partners: of each row, the partner number.
        months: of each row, the months as a mask; rows without any are left out.
        known: the dimensions.
        number: one more than the largest number of an owner.
    """
    kept = np.flatnonzero(months)
    grouped = grouped_by(owners[kept], number)
    order = kept[grouped.order]
    of_all = known.partner_ranks[partners[order]] * len(known.countries) + known.country_of[customers[order]]
    is_used = np.zeros(len(known.partners) * len(known.countries), np.bool_)
    is_used[of_all] = True
    places = _places(np.flatnonzero(is_used), len(known.countries), len(known.products))
    place = (np.cumsum(is_used) - 1)[of_all]
    return Links(grouped.starts, places.bases[place], places.steps[place], months[order], place, places)


def by_partner(links: Links, partners: int) -> Links:
    """Return the same links with one cell for each of some partners, which is its rank."""
    ranks = links.places.partners[links.place_of]
    every = np.arange(partners)
    places = Places(every, np.zeros(partners, np.int64), every, np.ones(partners, np.int64), 1)
    return Links(links.starts, ranks, np.zeros(len(ranks), np.int64), links.months, ranks, places)


def _places(used: Ints, countries: int, products: int) -> Places:
    partners = used // countries
    starts = np.flatnonzero(np.diff(partners, prepend=-1))
    steps = np.diff(np.append(starts, len(used)))
    first = np.repeat(starts, steps)
    return Places(
        partners,
        used % countries,
        first * products + np.arange(len(used)) - first,
        np.repeat(steps, steps),
        products,
    )


def grouped_by(keys: Ints, number: int) -> Grouped:
    """Return rows in the order of small whole numbers below ``number``; rows of a key keep their order."""
    starts = starts_of(keys, number)
    return Grouped(starts, placed(keys, starts[:-1].copy()))


def starts_of(keys: Ints, number: int) -> Ints:
    """Return where the rows of each key below ``number`` begin once they are in order; one more at the end."""
    starts = np.zeros(number + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=number), out=starts[1:])
    return starts


def by_number(rows: pa.Table, number: str, column: str) -> Ints:
    """Return a column as an array by number; 0 where there is no row."""
    numbers_of = numbers(rows, number)
    found = np.zeros(int(numbers_of.max(initial=0)) + 1, np.int64)
    found[numbers_of] = numbers(rows, column)
    return found


def numbers(rows: pa.Table, column: str) -> Ints:
    """Return a column of whole numbers without nulls."""
    found: Ints = rows[column].to_numpy().astype(np.int64, copy=False)
    return found


@compiled
def placed(keys: Ints, free: Ints) -> Ints:
    """Return rows in the order of keys; ``free`` has the first place of each key and is used up."""
    order = np.empty(len(keys), np.int64)
    for row in range(len(keys)):
        order[free[keys[row]]] = row
        free[keys[row]] += 1
    return order
