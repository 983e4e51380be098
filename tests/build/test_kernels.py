"""Kernels make the rows of the SQL steps: the same tables cell by cell, and the same bytes on disk."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from building import add, begin, correct, digests, known_in, seat_months, small_world

from oracle import World
from partnerlens.app import Workspace
from partnerlens.build.build import build_months
from partnerlens.build.kernels.kept_use import KeptUse, largest_numbers
from partnerlens.build.kernels.parts import kernels_pay
from partnerlens.build.span import Span
from partnerlens.compiled import kernels_are_installed
from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.months import Month
from partnerlens.sample import write_sample
from partnerlens.store import Store
from partnerlens.store.result_files import ResultFiles

pytestmark = pytest.mark.skipif(not kernels_are_installed(), reason="the extra 'fast' is not installed")

PARTS = ("cohort", "revenue", "seat_changes", "adds", "assigned", "instances", "responses", "people", "users")

METHODS = {
    "windows": {"mau_method": "ttm_distinct_over_12"},
    "months": {"mau_method": "mean_monthly_distinct"},
    "feeds without users": {"monthly_counts": True},
}


def built(
    workspace: Workspace, month: str, months: int, *, near_scan: bool, scorecards: tuple[str, ...] = ()
) -> dict[str, dict[str, str]]:
    """Build one way, and return the digests."""
    with Store.open(workspace.home) as store, store.write_lock():
        editions = build_months(
            store,
            workspace.catalog,
            workspace.settings.model_copy(update={"scorecards": scorecards}),
            Month.parse(month),
            count=months,
            engine=DuckDBEngine,
            now=datetime(2026, 1, 1, tzinfo=UTC),
            progress=lambda *_: None,
            near_scan=near_scan,
        )
    return digests(editions)


def forget(workspace: Workspace) -> None:
    """Drop every result and edition, so that the next build starts from facts."""
    with sqlite3.connect(workspace.home / "store" / "ledger.sqlite") as ledger:
        for table in ("publications", "editions", "results"):
            ledger.execute(f"DELETE FROM {table}")
    ledger.close()


def users_by_product(workspace: Workspace) -> dict[int, str]:
    """The digest of the table of users that scorecards count from, by month."""
    with sqlite3.connect(workspace.home / "store" / "ledger.sqlite") as ledger:
        found = dict(ledger.execute("SELECT month, digest FROM results WHERE part = 'product_users'"))
    ledger.close()
    return found


def assert_both_ways_agree(
    workspace: Workspace, month: str, months: int, *, scorecards: tuple[str, ...] = ()
) -> dict[str, dict[str, str]]:
    """Build from facts both ways; every table has the same rows and the same bytes."""
    forget(workspace)
    by_steps = built(workspace, month, months, near_scan=False, scorecards=scorecards)
    users = users_by_product(workspace)
    forget(workspace)
    by_kernels = built(workspace, month, months, near_scan=True, scorecards=scorecards)
    assert users_by_product(workspace) == users
    assert bool(users) == bool(scorecards), "no scorecard applies in the month, or one was not asked for"
    files = ResultFiles(workspace.home)
    assert set(PARTS) <= set(by_steps[month])
    for shown, tables in by_steps.items():
        for name, digest in tables.items():
            other = by_kernels[shown][name]
            if digest != other:  # the rows say more than two digests do
                assert files.read(other).to_pylist() == files.read(digest).to_pylist(), (shown, name)
    assert by_kernels == by_steps
    return by_kernels


@pytest.mark.parametrize(("seed", "method"), [(2, "windows"), (1, "months"), (2, "feeds without users")])
def test_random_worlds_have_the_same_tables_both_ways(seed: int, method: str, tmp_path: Path) -> None:
    """Every part of fourteen months is the same, byte for byte, under each method of counting users."""
    world = small_world(seed, **METHODS[method])
    with begin(tmp_path / "home", world) as workspace:
        assert_both_ways_agree(workspace, seat_months(world)[-1], 3)


def test_correction_and_added_month_by_kernels_equal_a_build_from_facts(tmp_path: Path) -> None:
    """Kernels go on with a corrected month and a new one from what they kept, and steps alone give the same."""
    world = small_world(3, contribution_policy="dpor", mau_method="ttm_distinct_over_12", months=15)
    before, last = seat_months(world)[-2:]
    with begin(tmp_path / "home", known_in(world, "", before)) as workspace:
        built(workspace, before, 2, near_scan=True)
        kept = (workspace.home / "store" / "use.arrow").read_bytes()
        add(workspace, known_in(world, last, "9999-12"), "last")
        for table, row in late_rows(world, before):
            correct(workspace, table, row)
        grown = built(workspace, last, 3, near_scan=True)
        assert (workspace.home / "store" / "use.arrow").read_bytes() != kept
        (workspace.home / "store" / "use.arrow").write_bytes(kept[: len(kept) // 2])
        whole = assert_both_ways_agree(workspace, last, 3)

    assert grown == whole


def test_kept_use_stands_for_months_whose_files_did_not_change(tmp_path: Path) -> None:
    """The use of users is that of the facts; after a correction of one month the files of the others are not opened."""
    world = small_world(2, mau_method="ttm_distinct_over_12")
    corrected = Month.parse(seat_months(world)[4])
    with begin(tmp_path / "home", world) as workspace:
        assert use(workspace) == used(workspace)
        (workspace.home / "store" / "use.arrow").write_bytes(b"not a file of use")
        assert use(workspace) == used(workspace)
        correct(workspace, "activity", late_rows(world, str(corrected))[0][1])
        told = used(workspace)
        with Store.open(workspace.home) as store:
            snapshot = store.snapshot()
            for file in snapshot.fact_files("activity"):
                if file.month != corrected:
                    (snapshot.folder / file.path).unlink()
        assert use(workspace) == told


def use(workspace: Workspace) -> set[tuple[int, ...]]:
    """Customer, user, product, workload and month of all use, by way of what is kept."""
    with Store.open(workspace.home) as store, DuckDBEngine() as engine, ThreadPoolExecutor(1) as workers:
        snapshot = store.snapshot()
        for table in ("customers", "products", "workloads"):
            engine.scan(table, snapshot.files(table), snapshot.columns(table))
        kept = KeptUse(store.layout.use, snapshot)
        months = snapshot.months("activity")
        found = kept.of(months, largest_numbers(engine), workers)
        kept.keep()
        # Counting from another month gives the same; the test moves it by one.
        starts, users, bits, masks = found.rows(len(found.starts) + 3, found.base + 1)
        return {
            (customer, int(users[row]), *found.pairs[bits[row]], month.number)
            for customer in range(len(starts) - 1)
            for row in range(starts[customer], starts[customer + 1])
            for month in months
            if masks[row] >> (month - found.base - 1) & 1
        }


def used(workspace: Workspace) -> set[tuple[int, ...]]:
    """The same as the facts say it."""
    with Store.open(workspace.home) as store, DuckDBEngine() as engine:
        snapshot = store.snapshot()
        engine.scan("activity", snapshot.files("activity"), snapshot.columns("activity"))
        rows = engine.fetch(
            "SELECT DISTINCT customer_no, user_no, product_no, workload_no, "
            "year(date) * 12 + month(date) - 1 AS month FROM activity WHERE intentional"
        )
        return {tuple(row.values()) for row in rows.to_pylist()}


def late_rows(world: World, month: str) -> list[tuple[str, dict]]:
    """A late use, other seats and another amount in a month: each gives a second file of it."""
    day = date.fromisoformat(f"{month}-28")
    used = world.facts["activity"][0] | {"date": day, "user_id": "late", "intentional": True}
    seats = next(row for row in world.facts["seats"] if row["month"] == month)
    billed = next(row for row in world.facts["billing_lines"] if row["billing_month"] == month)
    return [
        ("activity", used),
        ("seats", seats | {"sold_seats": seats["sold_seats"] + 5}),
        ("billing_lines", billed | {"amount": -billed["amount"]}),
    ]


def test_more_pairs_than_a_word_has_bits_are_left_to_the_steps(tmp_path: Path) -> None:
    """Sets of two words come out the same; kernels hold one word and stand back."""
    world = small_world(1, products=70, partners=8, customers=90, months=14, end="2021-06", **METHODS["windows"])
    with begin(tmp_path / "home", world) as workspace:
        assert_both_ways_agree(workspace, "2021-06", 1, scorecards=("smb-pci-2021",))


def test_sample_has_the_same_tables_both_ways(tmp_path: Path) -> None:
    """A made-up program with all its habits, sixteen months of it, one of which came in two files, with a scorecard."""
    write_sample(
        tmp_path / "files",
        partners=40,
        customers=300,
        months=16,
        seed=4,
        last_month=Month.parse("2026-06"),
        format="parquet",
    )
    with Workspace.init(tmp_path / "home") as workspace:
        workspace.load(sorted((tmp_path / "files").glob("*.parquet")))
        with_late_uses(tmp_path / "files" / "activity-2026-05.parquet", tmp_path / "activity-late.parquet")
        workspace.load([tmp_path / "activity-late.parquet"])
        assert_both_ways_agree(workspace, "2026-06", 4, scorecards=("smb-pci-2021",))


def with_late_uses(month: Path, late: Path) -> None:
    """Write the first uses of a month again, by the same users with another product."""
    rows = pq.read_table(month).slice(0, 200)
    products = rows["product_id"].unique()
    other = dict(zip(products.to_pylist(), [*products.to_pylist()[1:], products[0].as_py()], strict=True))
    changed = pa.array([other[product] for product in rows["product_id"].to_pylist()], pa.string())
    pq.write_table(rows.set_column(rows.schema.get_field_index("product_id"), "product_id", changed), late)


def test_small_program_pays_nothing(tmp_path: Path) -> None:
    """A program of a few thousand rows is left to the steps."""
    world = small_world(1)
    with begin(tmp_path / "home", world) as workspace, Store.open(workspace.home) as store:
        months = seat_months(world)
        span = Span(Month.parse(months[0]), Month.parse(months[-1]), None)

        assert not kernels_pay(store.snapshot(), span)
