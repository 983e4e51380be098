"""In random worlds the rows of every metric add up to the number shown and are the oracle's, whoever asks."""

import os
from collections import Counter
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

import oracle
import worlds
from explain.explaining import METRICS, published, total
from explain.near import Near, near_adds, near_users
from oracle.credit import SALE, USAGE, customer_credit, subscription_credit
from oracle.exams import is_valid, selected_exams
from oracle.explanation import own_partners
from oracle.months import last_day, shift
from oracle.selection import Filter, make_filter
from oracle.world import World
from partnerlens.explain import METRIC_REASONS, REASONS
from partnerlens.model.metric import MetricId
from partnerlens.model.result import MetricAnswer

Row = dict[str, Any]

WORLDS = max(1, int(os.environ.get("PARTNERLENS_WORLDS", "1")) // 20)
"""Random worlds of each test; `make worlds` takes more."""
POLICIES = ("pci-2020", "dpor", "pci-2019")
BY_SUBSCRIPTION = ("revenue", "net_seat_adds")
ADDITIVE = ("revenue", "net_seat_adds", "certified_people", "production_instances", "mau", "nps")
"""Metrics of which the filter only ever takes rows away."""

AHEAD = 35
"""Months after the data month in which the rows of people are looked at."""

COMPARED = (
    "side",
    "counted",
    "month",
    "customer_id",
    "subscription_id",
    "product_id",
    "workload",
    "item",
)
"""The columns that the oracle gives as they are."""


def a_world(seed: int) -> tuple[World, str, Random]:
    """Return a world, with each policy and way to count users in turn, and a data month near its end."""
    rng = Random(seed)
    by_month = seed % 2 == 1
    world = worlds.random_world(
        seed,
        partners=30,
        customers=20,
        monthly_counts=seed % 6 == 3,
        contribution_policy=POLICIES[seed % 3],
        mau_method="mean_monthly_distinct" if by_month else "ttm_distinct_over_12",
    )
    return world, rng.choice(sorted({row["month"] for row in world.facts["seats"]})[-8:]), rng


def some_partners(world: World, rng: Random) -> list[str]:
    """Return a location, its account, and the partner with most associations."""
    partners = world.facts["partners"]
    location = rng.choice([row for row in partners if row["parent_partner_id"]] or partners)
    linked = [row["partner_id"] for row in world.facts["associations"]]
    busiest = max(sorted(set(linked)), key=linked.count)
    return sorted({location["partner_id"], location["parent_partner_id"] or busiest, busiest})


def some_filter(world: World, rng: Random) -> dict[str, tuple[str, ...]]:
    """Return a random filter whose values all exist."""
    while True:
        chosen = worlds.random_filter(world, rng, unknown=False)
        if worlds.COUNTRY_WITHOUT_FACTS not in chosen["countries"]:
            return chosen


@pytest.mark.parametrize("seed", range(WORLDS))
def test_rows_add_up_and_are_the_oracles_and_tell_partners_nothing_of_others(seed: int, tmp_path: Path) -> None:
    """For accounts and locations, with and without a filter: sums, reasons, months to come, and what is hidden."""
    world, month, rng = a_world(seed)
    with published(world, tmp_path, month) as there:
        for partner in some_partners(world, rng):
            for chosen in ({}, some_filter(world, rng)):
                answer = there.workspace.answer(partner, **chosen)
                for metric in METRICS:
                    rows = there.rows(metric, partner, **chosen)

                    check_sums(rows, answer[metric])
                    check_reasons(rows, metric, month)
                    assert told(metric, rows) == oracles(world, metric, partner, month, chosen)
                    check_near(world, metric, rows, partner, month, make_filter(**chosen))
                    check_hidden(world, partner, rows, there.rows(metric, partner, viewer="partner", **chosen))
                    if metric == "certified_people":
                        check_people(world, rows, chosen, month, partner)


@pytest.mark.parametrize("seed", range(100, 100 + WORLDS))
def test_what_a_filter_leaves_out_counts_without_it(seed: int, tmp_path: Path) -> None:
    """Rows that count and rows that only the filter leaves out are together what counts without a filter."""
    world, month, rng = a_world(seed)
    with published(world, tmp_path, month) as there:
        for partner in some_partners(world, rng):
            chosen = some_filter(world, rng)
            for metric in ADDITIVE:
                every = total(there.rows(metric, partner), "numerator")
                rows = there.rows(metric, partner, **chosen)
                left_out = [row | {"counted": True} for row in rows if row["reason"] == "filtered_out"]

                assert every == total(rows, "numerator") + total(left_out, "numerator")


def check_sums(rows: list[Row], answer: MetricAnswer) -> None:
    """The counted rows add up to the answer's numerator and denominator; a null value has nothing below the line."""
    if answer.numerator is None:
        assert total(rows, "denominator") == 0
        return
    assert total(rows, "numerator") == Fraction(answer.numerator)
    if answer.id is MetricId.MAU:
        assert answer.denominator == "12"
    else:
        assert total(rows, "denominator") == Fraction(answer.denominator or 0)


def check_reasons(rows: list[Row], metric: str, month: str) -> None:
    """Each row has a reason of its metric that says whether it counts, and leaves after the data month."""
    for row in rows:
        assert row["reason"] in METRIC_REASONS[MetricId(metric)]
        assert row["counted"] == REASONS[row["reason"]].counts
        assert row["leaves_in"] is None or (row["counted"] and month < row["leaves_in"])
        assert shift(month, -23) <= row["month"] <= month
        assert (row["reason"] == "outside_window") == (row["month"] < shift(month, -11))


def told(metric: str, rows: list[Row]) -> list[tuple[Any, ...]]:
    """Return the rows that the oracle gives too: it knows neither people nor users that do not count, nor near adds."""
    if metric in ("certified_people", "mau", "mau_per_assigned_seat"):
        rows = [row for row in rows if row["counted"] or row["side"] == "denominator"]
    if metric == "new_customers":
        rows = [row for row in rows if row["reason"] != "already_customer" and row["subscription_id"] is None]
    return sorted((compared(row, None if row["counted"] else row["reason"]) for row in rows), key=repr)


def oracles(world: World, metric: str, partner: str, month: str, chosen: dict) -> list[tuple[Any, ...]]:
    """Return the oracle's rows but those that fail another rule and the filter, which are far from counting."""
    rows = oracle.explained(world, partner, metric, month, **chosen)
    near = [row for row in rows if row["selected"] or row["reason"] in (None, "filtered_out")]
    return sorted((compared(row, row["reason"]) for row in near), key=repr)


def check_near(world: World, metric: str, rows: list[Row], partner: str, month: str, chosen: Filter) -> None:
    """The near adds and the users that do not count are those that are found by going over every fact."""
    found: Near = Counter()
    if metric == "mau":
        for row in rows:
            if not row["counted"]:
                found[row["customer_id"], row["month"], row["reason"]] += int(row["amount"])
        assert found == near_users(world, partner, month, chosen)
    if metric == "new_customers":
        for row in rows:
            if row["reason"] == "already_customer" or row["subscription_id"]:
                found[row["customer_id"], row["subscription_id"], row["month"], row["reason"]] += 1
        assert found == near_adds(world, partner, month, chosen)


def compared(row: Row, reason: str | None) -> tuple[Any, ...]:
    """Return what is compared of a row."""
    return (*(row[name] for name in COMPARED), reason, Fraction(row["amount"]))


def check_hidden(world: World, partner: str, rows: list[Row], seen: list[Row]) -> None:
    """A partner sees the same counted rows, and of the others none that says who is credited, or for how much."""
    own = own_partners(world, partner)
    names = {row["partner_id"] for row in world.facts["partners"]} - own
    linked = {row["subscription_id"] for row in world.facts["associations"] if row["partner_id"] in own}
    # A seat change has no item, and none of its own fields tells the month that decides; its hidden amount would.
    amounts = {place(row): row["amount"] for row in rows}

    assert [row for row in seen if row["counted"]] == [row for row in rows if row["counted"]]
    for row in seen:
        takers = credited(world, row | {"amount": amounts[place(row)]})
        assert names.isdisjoint(f"{row['note']};{row['location']}".split(";"))
        if partner not in takers:
            assert row["subscription_id"] is None or row["subscription_id"] in linked
            assert (row["amount"] is None) == bool(takers)


def place(row: Row) -> tuple[Any, ...]:
    """Return what tells a row from others."""
    keys = ("side", "month", "customer_id", "subscription_id", "product_id", "workload", "item", "reason")
    return tuple(row[name] for name in keys)


def credited(world: World, row: Row) -> set[str]:
    """Return who is credited for a fact; for people nobody but their own partners."""
    if row["customer_id"] is None:
        return set()
    if row["metric"] in BY_SUBSCRIPTION:
        is_fall = row["metric"] == "net_seat_adds" and Fraction(row["amount"]) < 0
        month = shift(row["month"], -1) if is_fall else row["month"]
        return set(subscription_credit(world, row["subscription_id"], month, SALE))
    group = SALE if row["metric"] == "new_customers" else USAGE
    return set(customer_credit(world, row["month"], group).get(row["customer_id"], ()))


def check_people(world: World, rows: list[Row], chosen: dict, month: str, partner: str) -> None:
    """A certified person counts until the end of the month before ``leaves_in``, and no longer at the end of that."""
    own = own_partners(world, partner)
    passes = [row for row in world.facts["exam_passes"] if row["partner_id"] in own]
    passes = [row for row in passes if row["passed_on"] <= last_day(month)]
    asked = make_filter(**chosen)

    def counts(person: str, at: str) -> bool:
        exams = selected_exams(world, asked, at)
        return any(
            row["person_id"] == person
            and row["exam"] in exams
            and is_valid(row, at)
            and (not asked.countries or row["location_country"] in asked.countries)
            for row in passes
        )

    ahead = [shift(month, by) for by in range(AHEAD + 1)]
    for row in rows:
        if row["counted"]:
            assert row["leaves_in"] == next((at for at in ahead if not counts(row["item"], at)), None)
        else:
            assert not counts(row["item"], month)
