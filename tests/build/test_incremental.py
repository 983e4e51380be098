"""Building what is missing gives the same bytes as building everything, whatever came first."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from building import (
    Watch,
    add,
    begin,
    built,
    correct,
    digests,
    known_in,
    seat_months,
    small_world,
    without_results,
)

import oracle
from oracle import World
from oracle.months import month_of, shift
from partnerlens.app import Workspace
from partnerlens.model.facts import TABLES
from partnerlens.model.metric import MetricId

SEED = 5
MONTHS = 3
"""Editions that the shared world is built for; with their windows, fourteen months of results."""


@pytest.fixture(scope="module")
def world() -> World:
    """Return the world that corrections are made to."""
    return small_world(SEED, contribution_policy="dpor", mau_method="ttm_distinct_over_12", end="2022-06")


@pytest.fixture(scope="module")
def base(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace that holds the world, built; to be copied."""
    home = tmp_path_factory.mktemp("base") / "home"
    with begin(home, world) as workspace:
        workspace.build("2022-06", months=MONTHS)
        workspace.publish("2022-06")
    return home


@pytest.fixture
def workspace(base: Path, tmp_path: Path):
    """Give a copy of that workspace."""
    with Workspace.open(shutil.copytree(base, tmp_path / "home")) as opened:
        yield opened


@pytest.mark.parametrize("seed", [1, 2])
def test_months_built_as_their_facts_arrive_have_the_bytes_of_one_build(seed: int, tmp_path: Path) -> None:
    """Three months that arrive and are built one after the other equal one build of everything."""
    world = small_world(seed, months=15, partners=10, customers=10)
    months = seat_months(world)[-3:]
    with begin(tmp_path / "whole", world) as whole:
        expected = built(whole, months[-1], 3)
    with begin(tmp_path / "growing", known_in(world, "", months[0])) as growing:
        editions = growing.build(months[0])
        for month in months[1:]:
            add(growing, known_in(world, month, month), month)
            editions += growing.build(month)
        add(growing, known_in(world, shift(months[-1], 1), "9999-12"), "rest")
        in_one_go = growing.build(months[-1], months=3)

    assert digests(editions) == expected
    assert digests(in_one_go) == expected


def test_month_that_arrives_makes_only_its_own_results(workspace: Workspace, world: World) -> None:
    """The next month's build makes the nine parts of that month and no other."""
    seats = [row | {"month": "2022-07"} for row in world.facts["seats"] if row["month"] == "2022-06"]
    add(workspace, World({"seats": seats}), "next")
    watch = Watch()
    workspace.build("2022-07", months=MONTHS, progress=watch)

    assert len(watch.made) == 9
    assert set(map(tuple, watch.made.values())) == {("2022-07",)}


def test_same_build_twice_makes_no_new_edition(workspace: Workspace) -> None:
    """Nothing is made again, and the editions are the ones that were there."""
    before, watch = workspace.editions(), Watch()
    again = workspace.build("2022-06", months=MONTHS, progress=watch)

    assert [entry.edition for entry in before] == again
    assert workspace.editions() == before
    assert watch.seen == []


def test_result_files_that_were_lost_are_made_again(workspace: Workspace, tmp_path: Path) -> None:
    """Without its results a workspace builds the same bytes, and the editions stay as they are."""
    before = workspace.editions()
    with without_results(workspace, tmp_path / "emptied") as emptied:
        again = emptied.build("2022-06", months=MONTHS)

        assert again == [entry.edition for entry in before]
        assert results_of(emptied) == results_of(workspace)


def results_of(workspace: Workspace) -> list[str]:
    """Return the names of the result files, which are their digests."""
    return sorted(path.name for path in (workspace.home / "store" / "results").rglob("*"))


# Corrections


def seat_correction(world: World) -> tuple[str, dict[str, Any]]:
    """More seats sold in 2022-03."""
    row = next(row for row in world.facts["seats"] if row["month"] == "2022-03" and row["state"] == "active")
    return "seats", row | {"sold_seats": row["sold_seats"] + 5, "assigned_seats": row["assigned_seats"] + 1}


def billing_correction(world: World) -> tuple[str, dict[str, Any]]:
    """Another amount for a line of 2022-03."""
    row = next(row for row in world.facts["billing_lines"] if row["billing_month"] == "2022-03")
    return "billing_lines", row | {"amount": row["amount"] + Decimal("0.01")}


def moved_line(world: World) -> tuple[str, dict[str, Any]]:
    """A line of 2022-05 that belongs to 2022-03."""
    row = next(row for row in world.facts["billing_lines"] if row["billing_month"] == "2022-05")
    return "billing_lines", row | {"billing_month": "2022-03"}


def rate_correction(world: World) -> tuple[str, dict[str, Any]]:
    """Another rate for 2022-03."""
    row = next(row for row in world.facts["exchange_rates"] if (row["month"], row["currency"]) == ("2022-03", "KRW"))
    return "exchange_rates", row | {"rate": row["rate"] * 2}


def association_end(world: World) -> tuple[str, dict[str, Any]]:
    """An association that went on ends with April."""
    row = next(
        row
        for row in world.facts["associations"]
        if row["end_date"] is None and row["type"] == "DPOR" and row["start_date"] < date(2021, 6, 1)
    )
    return "associations", row | {"end_date": date(2022, 4, 30)}


def new_response(world: World) -> tuple[str, dict[str, Any]]:
    """A late answer, given on the last day of March."""
    row = world.facts["survey_responses"][0]
    return "survey_responses", row | {"response_id": "late", "responded_on": date(2022, 3, 31), "score": 10}


def late_activity(world: World) -> tuple[str, dict[str, Any]]:
    """A user seen in March, told late."""
    row = world.facts["activity"][0]
    return "activity", row | {"date": date(2022, 3, 31), "user_id": "late", "intentional": True}


def new_instance(world: World) -> tuple[str, dict[str, Any]]:
    """An instance deployed in March, told late."""
    row = world.facts["instances"][0]
    changed = {"instance_id": "late", "kind": "production", "deployed_on": date(2022, 3, 5), "retired_on": None}
    return "instances", row | changed


def new_pass(world: World) -> tuple[str, dict[str, Any]]:
    """An exam passed in March, told late."""
    row = world.facts["exam_passes"][0]
    return "exam_passes", row | {
        "person_id": "late",
        "exam": "MB-210",
        "passed_on": date(2022, 3, 5),
        "expires_on": None,
    }


def customer_country(world: World) -> tuple[str, dict[str, Any]]:
    """A customer that moved."""
    row = world.facts["customers"][0]
    return "customers", row | {"country": "NZ"}


def new_location(world: World) -> tuple[str, dict[str, Any]]:
    """An account that turns out to be a location of another."""
    parents = {row["parent_partner_id"] for row in world.facts["partners"]}
    holders = {row["partner_id"] for row in world.facts["associations"]}
    accounts = [row for row in world.facts["partners"] if row["parent_partner_id"] is None]
    moved = next(row for row in accounts if row["partner_id"] not in parents and row["partner_id"] in holders)
    account = next(row for row in accounts if row is not moved)
    return "partners", moved | {"parent_partner_id": account["partner_id"]}


def customer_name(world: World) -> tuple[str, dict[str, Any]]:
    """A customer with another name, which no result holds."""
    return "customers", world.facts["customers"][0] | {"name": "Renamed"}


CREDITED = ("cohort", "seat changes", "adds", "assigned", "instances", "responses", "users")
ALL = [shift("2022-06", by) for by in range(-13, 1)]
MARCH, LATER, FROM_APRIL = ALL[-4:-3], ALL[-4:], ALL[-3:]
CORRECTIONS = {
    "seats": (
        seat_correction,
        {
            "cohort": LATER,
            "seat changes": LATER,
            "adds": LATER,
            "assigned": MARCH,
            "instances": MARCH,
            "responses": LATER,
            "users": LATER,
        },
    ),
    "billing line": (billing_correction, {"revenue": LATER}),
    "billing line moved": (moved_line, {"revenue": LATER}),
    "exchange rate": (rate_correction, {"revenue": LATER}),
    "survey response": (new_response, {"responses": LATER}),
    "activity": (late_activity, {"users": LATER}),
    "instance": (new_instance, {"instances": LATER}),
    "exam pass": (new_pass, {"people": LATER}),
    "association's end": (association_end, dict.fromkeys((*CREDITED, "revenue"), FROM_APRIL)),
    "customer's country": (customer_country, dict.fromkeys((*CREDITED, "revenue"), ALL)),
    "location of an account": (new_location, dict.fromkeys((*CREDITED, "revenue", "people"), ALL)),
    "customer's name": (customer_name, {}),
}


@pytest.mark.parametrize(("corrected", "expected"), CORRECTIONS.values(), ids=CORRECTIONS)
def test_correction_rebuilds_what_it_touches_and_equals_a_full_build(
    corrected: Any, expected: dict[str, list[str]], workspace: Workspace, world: World, tmp_path: Path
) -> None:
    """Results of other months and parts are used again; the whole has the bytes of a build from nothing."""
    before = digests([entry.edition for entry in workspace.editions()])
    table, row = corrected(world)
    correct(workspace, table, row)
    watch = Watch()
    after = digests(workspace.build("2022-06", months=MONTHS, progress=watch))
    with without_results(workspace, tmp_path / "emptied") as emptied:
        full = built(emptied, "2022-06", MONTHS)

    assert {part: sorted(months) for part, months in watch.made.items()} == expected
    assert after == full
    assert changed(before, after) <= {(part.replace(" ", "_"), month) for part in expected for month in expected[part]}
    assert bool(changed(before, after)) == bool(expected)
    assert values_of(workspace) == oracle.all_values(with_row(world, table, row), "2022-06")


def with_row(world: World, table: str, row: dict[str, Any]) -> World:
    """Return a world with a row in place of the one with its key, or beside the others."""
    key = TABLES[table].key
    others = [other for other in world.facts[table] if not key or any(other[name] != row[name] for name in key)]
    return World({**world.facts, table: [*others, row]}, world.settings)


def values_of(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """Publish the month and return the operator's list of every metric."""
    workspace.publish("2022-06")
    listed = {metric.value: workspace.values(metric).to_pylist() for metric in MetricId}
    return {
        metric: [row | {"flags": [flag for flag in row["flags"].split(";") if flag]} for row in rows]
        for metric, rows in listed.items()
    }


def changed(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    """Return the parts and months whose digests differ; scorecards read the same facts by rules of their own."""
    return {
        (name.removesuffix("_sets"), month)
        for month, tables in after.items()
        for name, digest in tables.items()
        if before[month][name] != digest and not name.startswith("score ")
    }


@pytest.mark.parametrize("seed", range(2))
def test_order_of_files_does_not_matter(seed: int, tmp_path: Path) -> None:
    """Files loaded in any order, some waiting in quarantine for others, give the same results."""
    world = small_world(seed + 20, months=6)
    month = seat_months(world)[-1]
    with begin(tmp_path / "straight", world) as straight:
        expected = built(straight, month, 2)
    files = sorted((tmp_path / "straight" / "files").glob("*.csv"))
    Random(seed).shuffle(files)
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    (shuffled / "program.toml").write_text((tmp_path / "straight" / "program.toml").read_text())
    with Workspace.open(shuffled) as workspace:
        for file in files:
            workspace.load([file])

        assert workspace.quarantine() == []
        assert built(workspace, month, 2) == expected


def test_history_longer_than_a_pass_equals_many_short_builds(tmp_path: Path) -> None:
    """Fifty months in one go take two passes, and equal three builds one after the other."""
    world = small_world(3, partners=8, customers=8, months=50)
    last = seat_months(world)[-1]
    with begin(tmp_path / "whole", world) as whole, without_copy(whole, tmp_path / "parts") as parts:
        expected = built(whole, last, 50)
        runs = ((-33, 17), (-16, 17), (0, 16))
        made = [edition for by, count in runs for edition in parts.build(shift(last, by), months=count)]

    assert len(expected) == 61
    assert digests(made) == expected


def without_copy(workspace: Workspace, home: Path) -> Workspace:
    """Return a copy of a workspace."""
    return Workspace.open(shutil.copytree(workspace.home, home))


def test_month_without_any_facts_is_a_month(tmp_path: Path) -> None:
    """A gap in the middle builds, alone and with others, and the month after it sees the gap."""
    world = small_world(4, months=16)
    gap, after = seat_months(world)[-3], seat_months(world)[-2]
    facts = {
        table: [row for row in rows if table not in MONTHLY or month_text(row, table) != gap]
        for table, rows in world.facts.items()
    }
    with begin(tmp_path / "home", World(facts, world.settings)) as workspace:
        together = built(workspace, after, 3)
        with without_results(workspace, tmp_path / "alone") as alone:
            apart = {**built(alone, gap, 1), **built(alone, after, 1)}

        assert {month: together[month] for month in apart} == apart
        assert {gap, after} <= set(apart)


MONTHLY = {"seats": "month", "billing_lines": "billing_month", "activity": "date"}


def month_text(row: dict[str, Any], table: str) -> str:
    """Return the month of a row."""
    value = row[MONTHLY[table]]
    return value if isinstance(value, str) else month_of(value)
