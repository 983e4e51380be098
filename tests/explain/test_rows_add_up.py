"""In random worlds the counted rows of every metric add up to the number shown, exactly, whoever asks."""

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

import worlds
from explain.explaining import METRICS, Published, published, total
from oracle.credit import SALE, USAGE, customer_credit, subscription_credit
from oracle.exams import is_valid, selected_exams
from oracle.months import first_day, last_day, shift
from oracle.selection import make_filter
from oracle.world import World
from partnerlens.explain import METRIC_REASONS, REASONS
from partnerlens.model.metric import MetricId

WORLDS = 12
PARTNERS = 4
GROUP = {"revenue": SALE, "new_customers": SALE, "net_seat_adds": SALE}
ADDITIVE = ("revenue", "net_seat_adds", "certified_people", "production_instances", "mau", "nps")
"""Metrics of which the filter only ever takes rows away."""


def some_partners(world: World, rng: Random) -> list[str]:
    """Return a location, its account, and others by chance."""
    locations = [row for row in world.facts["partners"] if row["parent_partner_id"]]
    chosen = [rng.choice(locations)] if locations else []
    named = [name for row in chosen for name in (row["partner_id"], row["parent_partner_id"])]
    others = [row["partner_id"] for row in world.facts["partners"] if row["partner_id"] not in named]
    return named + rng.sample(others, PARTNERS - len(named))


def some_filter(world: World, rng: Random) -> dict[str, tuple[str, ...]]:
    """Return a random filter whose values all exist."""
    while True:
        chosen = worlds.random_filter(world, rng, unknown=False)
        if worlds.COUNTRY_WITHOUT_FACTS not in chosen["countries"]:
            return chosen


def a_world(seed: int) -> tuple[World, str, Random]:
    """Return a world with each policy and both methods in turn, and a data month near its end."""
    rng = Random(seed)
    policy = ("pci-2020", "dpor", "pci-2019")[seed % 3]
    world = worlds.random_world(seed, monthly_counts=seed % 4 == 3, contribution_policy=policy)
    month = rng.choice(sorted({row["month"] for row in world.facts["seats"]})[-8:])
    return world, month, rng


def expected_sums(published_world: Published, metric: str, partner: str, chosen: dict) -> dict[str, Fraction | None]:
    """Return numerator and denominator as the answer gives them; None where it gives none."""
    answer = published_world.workspace.answer(partner, **chosen)[metric]
    given = {"numerator": answer.numerator, "denominator": answer.denominator}
    return {side: None if text is None else Fraction(text) for side, text in given.items()}


@pytest.mark.parametrize("seed", range(WORLDS))
def test_counted_rows_add_up_to_the_answer_and_tell_partners_nothing_of_others(seed: int, tmp_path: Path) -> None:
    """For accounts and locations, with and without a filter: sums, reasons, months to come, and what is hidden."""
    world, month, rng = a_world(seed)
    with published(world, tmp_path, month) as there:
        for partner in some_partners(world, rng):
            for chosen in ({}, some_filter(world, rng)):
                for metric in METRICS:
                    rows = there.rows(metric, partner, **chosen)
                    seen = there.rows(metric, partner, viewer="partner", **chosen)

                    check_sums(rows, metric, expected_sums(there, metric, partner, chosen))
                    check_reasons(rows, metric, month)
                    check_hidden(world, partner, rows, seen, month)
                check_people(world, there.rows("certified_people", partner, **chosen), chosen, month, partner)


@pytest.mark.parametrize("seed", range(100, 106))
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


def check_sums(rows: list[dict[str, Any]], metric: str, expected: dict[str, Fraction | None]) -> None:
    """The counted rows add up to the answer's numerator and denominator; without value nothing is below the line."""
    if expected["numerator"] is None:
        assert total(rows, "denominator") == 0
        return
    assert total(rows, "numerator") == expected["numerator"]
    if metric == "mau":
        assert expected["denominator"] == 12
    else:
        assert total(rows, "denominator") == (expected["denominator"] or 0)


def check_reasons(rows: list[dict[str, Any]], metric: str, month: str) -> None:
    """Each row has a reason of its metric that says whether it counts, and leaves after the data month."""
    for row in rows:
        assert row["reason"] in METRIC_REASONS[MetricId(metric)]
        assert row["counted"] == REASONS[row["reason"]].counts
        assert row["leaves_in"] is None or (row["counted"] and month < row["leaves_in"])
        assert shift(month, -23) <= row["month"] <= month
        assert (row["reason"] == "outside_window") == (row["month"] < shift(month, -11))


def own_partners(world: World, partner: str) -> set[str]:
    """Return a partner with its locations."""
    rows = world.facts["partners"]
    return {row["partner_id"] for row in rows if partner in (row["partner_id"], row["parent_partner_id"])}


def check_hidden(world: World, partner: str, rows: list[dict], seen: list[dict], month: str) -> None:
    """A partner sees the same counted rows, and of the others none that says who is credited, or for how much."""
    own = {
        row["partner_id"] for row in world.facts["partners"] if partner in (row["partner_id"], row["parent_partner_id"])
    }
    names = {row["partner_id"] for row in world.facts["partners"]} - own
    linked = {row["subscription_id"] for row in world.facts["associations"] if row["partner_id"] in own}
    assert [row for row in seen if row["counted"]] == [row for row in rows if row["counted"]]
    assert {place(row) for row in seen} <= {place(row) for row in rows}
    for row in seen:
        assert names.isdisjoint((row["note"] or "").split(";") + (row["location"] or "").split(";"))
        if row["reason"] != "filtered_out" and not row["counted"] and row["subscription_id"]:
            assert row["subscription_id"] in linked or is_credited(world, partner, row)
        if not row["counted"] and row["customer_id"] and not is_credited(world, partner, row):
            assert row["amount"] is None or not takers(world, row)


def place(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return what tells a row from others."""
    return tuple(
        row[name] for name in ("side", "month", "customer_id", "subscription_id", "product_id", "item", "reason")
    )


def credit_month(row: dict[str, Any]) -> str:
    """Return the month whose end decides who is credited: a fall of seats looks back."""
    return (
        shift(row["month"], -1)
        if row["metric"] == "net_seat_adds" and row["amount"] and row["amount"][0] == "-"
        else row["month"]
    )


def takers(world: World, row: dict[str, Any]) -> set[str]:
    """Return who is credited for a fact."""
    group = GROUP.get(row["metric"], USAGE)
    if row["metric"] in ("revenue", "net_seat_adds"):
        return set(subscription_credit(world, row["subscription_id"], credit_month(row), group))
    return set(customer_credit(world, credit_month(row), group).get(row["customer_id"], ()))


def is_credited(world: World, partner: str, row: dict[str, Any]) -> bool:
    """Say whether the partner itself is credited for a fact; of a fall whose size is hidden, either month will do."""
    if row["metric"] == "net_seat_adds" and row["amount"] is None:
        return False
    return partner in takers(world, row)


def check_people(world: World, rows: list[dict], chosen: dict, month: str, partner: str) -> None:
    """A certified person counts at the end of the month before ``leaves_in``, and no longer at the end of that one."""
    own = {
        row["partner_id"] for row in world.facts["partners"] if partner in (row["partner_id"], row["parent_partner_id"])
    }
    passes = [
        row for row in world.facts["exam_passes"] if row["partner_id"] in own and row["passed_on"] <= last_day(month)
    ]
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

    for row in rows:
        if row["counted"]:
            end = row["leaves_in"] or shift(month, 36)
            assert all(counts(row["item"], shift(month, by)) for by in range(36) if shift(month, by) < end)
            assert row["leaves_in"] is None or not counts(row["item"], row["leaves_in"])
        else:
            assert not counts(row["item"], month)
            assert row["reason"] == "filtered_out" or first_day(month)
