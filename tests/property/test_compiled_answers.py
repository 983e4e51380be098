"""The compiled loops give what NumPy gives, on the same cells under random filters."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from test_answers_equal_oracle import known_filters, published

import worlds
from partnerlens.answer.cells import CellTable, Labels, OwnerRows, Persons, SetMembers
from partnerlens.answer.edition import MonthCells
from partnerlens.answer.kernels import kernels
from partnerlens.answer.postings import Postings
from partnerlens.answer.ranked import Ordered, Ranked
from partnerlens.answer.selection import Selection
from partnerlens.answer.values import Numbers, credited, metric_numbers
from partnerlens.app import Workspace
from partnerlens.model.result import Filter


@pytest.mark.parametrize("seed", [2, 7])
def test_compiled_sums_are_numpys(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every value and cohort of every partner agree, and so does each partner's own row with its column of all."""
    rng = Random(seed)
    world = worlds.random_world(seed, monthly_counts=seed % 8 == 7)
    month = max(row["month"] for row in world.facts["seats"])
    assert kernels() is not None
    with published(world, tmp_path, month) as workspace:
        edition = workspace.answers().edition
        fast = edition.cells()
        monkeypatch.setattr("partnerlens.answer.edition.kernels", lambda: None)
        with Workspace.open(tmp_path) as plain:
            slow = plain.answers().edition.cells()
        assert isinstance(fast, Postings)
        assert isinstance(slow, MonthCells)
        for chosen in known_filters(world, rng, 12):
            asked = edition.checked(Filter(**{name: frozenset(values) for name, values in chosen.items()}))
            selection = Selection(asked, edition.workloads_of)
            expected = metric_numbers(slow, selection)
            actual = metric_numbers(fast, selection)

            assert credited(fast.sums(selection)).tolist() == credited(slow.sums(selection)).tolist()
            for metric, numbers in expected.items():
                values = [numbers.value(index) for index in range(slow.owners)]
                assert [actual[metric].value(index) for index in range(slow.owners)] == values
                for index in range(slow.owners):
                    own = metric_numbers(edition.trail(index), selection)[metric]
                    assert own.value(11) == values[index]


PRODUCTS = tuple(f"P{number}" for number in range(70))
"""More than one word of bits holds."""

COUNTRIES = ("AA", "BB", "CC")


@pytest.mark.parametrize("owners", [1, 3, 40, 3_000])
@pytest.mark.parametrize("largest", [1, 60, 5_000_000, 2**40])
def test_compiled_places_are_numpys(owners: int, largest: int) -> None:
    """
    Sums and what stands at the cuts agree for made-up cells.

    Values are narrow or wide, cut into several packed rows or not, of both signs, with rests or without, equal or not.
    """
    rng = np.random.default_rng(owners + largest)
    tables = made_up(rng, owners, largest)
    loops = kernels()
    assert loops is not None
    fast, slow = Postings(owners, tables.items(), loops), MonthCells(owners, tables)
    compared = rng.random(owners) < 0.9
    products = {product: frozenset({f"W{number % 5}"}) for number, product in enumerate(PRODUCTS)}
    for _ in range(12):
        asked = Filter(*(frozenset(some(rng, values)) for values in (PRODUCTS, ("W1", "W2", "W3"), COUNTRIES)))
        selection = Selection(asked, products)
        expected, actual = metric_numbers(slow, selection), metric_numbers(fast, selection)
        for metric, numbers in expected.items():
            values = [numbers.value(index) for index in range(owners)]
            assert [actual[metric].value(index) for index in range(owners)] == values
        cut = fast.peers(selection, compared, at_cuts=True)
        for metric, peers in slow.peers(selection, compared, at_cuts=True).items():
            assert shown(cut[metric]) == shown(peers)


def made_up(rng: np.random.Generator, owners: int, largest: int) -> dict[str, CellTable]:
    """Return a table of each part with random cells."""

    def rows(count: int, groups: int, **measures: int) -> OwnerRows:
        of = np.sort(rng.integers(0, owners, count))
        present, starts = np.unique(of, return_index=True)
        few = rng.choice([1, 1000], count, p=[0.02, 0.98])
        values = {name: rng.integers(low, largest + 1, count) // few for name, low in measures.items()}
        return OwnerRows(owners, present, starts, rng.integers(0, groups, count), values)

    def by_product(**measures: int) -> CellTable:
        labels = {
            name: Labels(codes.astype(np.int32), texts)
            for (name, texts), codes in zip(
                (("product_id", PRODUCTS), ("country", COUNTRIES)), np.divmod(np.arange(210), 3), strict=True
            )
        }
        return CellTable(rows(6 * owners + 50, 210, **measures), labels, {}, None)

    def by_set(texts: tuple[tuple[str, ...], ...], *columns: str, **measures: int) -> CellTable:
        words = rng.integers(0, 2**62, (20, -(-len(texts) // 62))) & rng.integers(0, 2**62, (20, -(-len(texts) // 62)))
        members = SetMembers(words & ((1 << min(62, len(texts))) - 1), texts, ("member",) * len(texts[0]))
        country = Labels(np.sort(rng.integers(0, 3, 60)).astype(np.int32), COUNTRIES)
        sets = {column: rng.integers(0, 20, 60) for column in columns}
        return CellTable(rows(8 * owners + 50, 60, **measures), {"country": country}, sets, members)

    singles = tuple((product,) for product in PRODUCTS)
    people = by_set((("W1",), ("W2",)), "lists", people=0)
    persons = Persons(rng.integers(0, 60, 9), np.sort(rng.integers(0, owners, 9)), rng.integers(1, 4, 9))
    revenue = by_product(amount=-largest, amount_rest=0)
    rest = revenue.rows.measures["amount_rest"]
    rest[:] = rng.integers(-(10**14) + 1, 10**14, len(rest)) // 10**12 * 10**12 if largest < 2**40 else rest
    return {
        "adds": by_set(singles, "before", "after", customers=1),
        "assigned": by_product(assigned=0),
        "cohort": by_product(),
        "people": CellTable(people.rows, people.labels, people.sets, people.members, persons),
        "responses": by_product(net_promoters=-largest, responses=0),
        "revenue": revenue,
        "seat_changes": by_product(change=-largest),
        "users": by_set(tuple((product, f"W{at % 5}") for at, product in enumerate(PRODUCTS)), "used", users=1),
    }


def some(rng: np.random.Generator, values: tuple[str, ...]) -> list[str]:
    """Return no value in four of ten cases, else one to all of them."""
    return [] if rng.random() < 0.4 else rng.choice(values, rng.integers(1, len(values) + 1), replace=False).tolist()


def shown(peers: Ordered) -> tuple[int, list[Fraction | int]]:
    """Return how many values there are, and of four or more what stands where bands meet."""
    count = len(peers)
    if count < 4:
        return count, []
    at = [-(-step * count // 4) - 1 for step in (1, 2, 3)]
    after = [peers.after(place) for place in at]
    places = [0, count - 1, *at, *(place + 1 for place in at), *(place - 1 for place in after)]
    ends = [end for end in after if end < count]
    assert all(first <= second for first, second in pairwise(after))
    return count, [*after, *(peers.value(place) for place in (*places, *ends))]


def test_amounts_in_order_are_exact_below_a_ten_thousandth() -> None:
    """Amounts of one whole part are told apart by their rests; equal ones count together."""
    whole = np.array([5, 3, 5, 5, -2], np.int64)
    rests = np.array([7, 0, 7, 9, 0], np.int64)
    ranked = Ranked(Numbers(whole, rests))

    assert [ranked.value(place) * 10**18 for place in range(5)] == [
        -2 * 10**14,
        3 * 10**14,
        5 * 10**14 + 7,
        5 * 10**14 + 7,
        5 * 10**14 + 9,
    ]
    assert [ranked.after(place) for place in range(5)] == [1, 2, 4, 4, 5]
