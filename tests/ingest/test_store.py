"""The store itself: its version, its settings, its results and editions."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from partnerlens.errors import DefinitionError, NotFoundError, StoreVersionError
from partnerlens.ingest import LoadSettings
from partnerlens.months import Month
from partnerlens.store import Publication, Result, Store, stored_columns
from partnerlens.store.schema import metadata

NOW = datetime(2026, 7, 1, tzinfo=UTC)
JUNE = Month.parse("2026-06")


def test_store_that_is_not_there(tmp_path: Path) -> None:
    """Opening a workspace without facts says so, and makes nothing."""
    with pytest.raises(NotFoundError, match="holds no facts; load some with 'partnerlens load'"):
        Store.open(tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change", ["UPDATE meta SET value = '99' WHERE name = 'format'", "UPDATE alembic_version SET version_num = '0099'"]
)
def test_newer_store_is_refused(workspace: Any, change: str) -> None:
    """A store that a newer version wrote is refused, unchanged, with both versions."""
    ledger = workspace.home / "store" / "ledger.sqlite"
    connection = sqlite3.connect(ledger)
    connection.execute(change)
    connection.commit()
    connection.close()

    with pytest.raises(StoreVersionError, match=r"a newer version of Partnerlens wrote this store.*'(99|0099)'"):
        Store.open(workspace.home)


def test_damaged_ledger_is_told(workspace: Any) -> None:
    """A ledger that is no database any more is an error in words."""
    workspace.store.close()
    ledger = workspace.home / "store" / "ledger.sqlite"
    ledger.write_bytes(b"no database" * 1000)

    with pytest.raises(DefinitionError, match="the ledger is damaged: file is not a database"):
        Store.open(workspace.home)


def test_interrupted_creation_is_completed(tmp_path: Path) -> None:
    """A ledger that was never filled is brought to the present form."""
    (tmp_path / "store" / "facts").mkdir(parents=True)
    (tmp_path / "store" / "ledger.sqlite").touch()

    with Store.open(tmp_path) as store:
        assert store.loads() == []


def test_opening_is_quick(workspace: Any) -> None:
    """A store of the present form opens in far less than a tenth of a second."""
    start = time.perf_counter()
    with Store.open(workspace.home) as store:
        store.snapshot()

    assert time.perf_counter() - start < 0.1


def test_ledger_tables_are_those_of_the_schema(workspace: Any) -> None:
    """The migrations make exactly the tables and columns that the program uses."""
    connection = sqlite3.connect(workspace.home / "store" / "ledger.sqlite")
    made = {table: [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')] for table in metadata.tables}
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()

    assert made == {name: list(table.columns.keys()) for name, table in metadata.tables.items()}
    assert mode == "wal"


def test_settings_are_fixed_by_the_first_load(filled: Any) -> None:
    """A load under another time zone or currency is refused with both values."""
    filled.settings = LoadSettings("EUR", "UTC")
    with pytest.raises(DefinitionError) as caught:
        filled.load("customers.csv", "customer_id,name,country\nC7,Seven,US\n")

    assert str(caught.value) == (
        "the facts of this workspace were loaded with reporting_currency 'USD', and the settings now say 'EUR'; "
        'set reporting_currency = "USD" again, or load the files into a new workspace'
    )
    assert (filled.store.snapshot().time_zone, filled.store.snapshot().reporting_currency) == ("UTC", "USD")


def test_columns_of_the_store() -> None:
    """References are numbers, months are whole numbers, and the store's own tables are known."""
    assert stored_columns("subscriptions")["customer_no"] == "BIGINT"
    assert stored_columns("activity") == {
        "date": "DATE",
        "customer_no": "BIGINT",
        "user_no": "BIGINT",
        "product_no": "BIGINT",
        "workload_no": "BIGINT",
        "intentional": "BOOLEAN",
    }
    assert stored_columns("users") == {"user_no": "BIGINT", "customer_no": "BIGINT", "user_id": "VARCHAR"}
    with pytest.raises(KeyError):
        stored_columns("seat")


def test_files_have_the_stored_columns(filled: Any) -> None:
    """Every Parquet file has the columns and types that the snapshot promises."""
    filled.load("seats.csv", "month,subscription_id,state,sold_seats,assigned_seats\n2025-03,S1,active,1,1\n")
    snapshot = filled.store.snapshot()

    assert [path.relative_to(snapshot.folder).as_posix() for path in snapshot.files("seats")] == [
        "seats/month=2025-03/load-000005.parquet"
    ]
    assert snapshot.files("partners")[0].relative_to(snapshot.folder).as_posix() == "partners/all/load-000001.parquet"
    for table in ("partners", "customers", "products", "subscriptions", "seats"):
        described = duckdb.sql(f"DESCRIBE FROM read_parquet('{snapshot.files(table)[0]}', hive_partitioning = false)")
        assert {row[0]: row[1] for row in described.fetchall()} == snapshot.columns(table)


def test_snapshot_of_an_unknown_load(filled: Any) -> None:
    """Asking for the facts as of a load that never was is told."""
    with pytest.raises(NotFoundError, match="there is no load '99'"):
        filled.store.snapshot(99)
    with pytest.raises(NotFoundError, match="there is no load '99'"):
        filled.store.quarantine(99)


def test_results_are_found_by_key(workspace: Any) -> None:
    """Results are kept under their keys; unknown keys are left out."""
    result = Result("k1", "users", JUNE, "d", 10, 100)
    workspace.store.results_add([result, Result("k2", "users", JUNE, "d", 1, 1)])
    workspace.store.results_add([Result("k2", "users", JUNE, "d", 2, 2)])

    assert workspace.store.results_find(["k1", "k0"]) == {"k1": result}
    assert workspace.store.results_find(["k2"])["k2"].rows == 2
    assert len(workspace.store.results_find([f"k{number}" for number in range(2000)])) == 2


def test_publications_point_at_editions(workspace: Any) -> None:
    """Publishing points a month at an edition of its own; the latest publication holds."""
    store = workspace.store
    first = store.add_edition(month=JUNE, digest="a", built_at=NOW, manifest="{}")
    second = store.add_edition(month=JUNE, digest="b", built_at=NOW + timedelta(hours=1), manifest="{}")
    may = store.add_edition(month=JUNE - 1, digest="c", built_at=NOW, manifest="{}")

    assert store.published() is None
    store.publish(JUNE, second, NOW)
    store.publish(JUNE, first, NOW)
    store.publish(JUNE - 1, may, NOW)

    assert store.published() == Publication(2, JUNE, first, NOW)
    assert store.published(JUNE - 1) == Publication(3, JUNE - 1, may, NOW)
    assert store.published(JUNE + 1) is None
    assert [edition.number for edition in store.editions()] == [1, 2, 3]
    assert store.edition(second).built_at == NOW + timedelta(hours=1)
    with pytest.raises(NotFoundError, match="there is no edition '3' of 2026-06"):
        store.publish(JUNE, may, NOW)
    with pytest.raises(NotFoundError, match="there is no edition '9'"):
        store.edition(9)


def test_ledger_of_the_first_form_is_brought_to_the_present_one(filled: Any) -> None:
    """The loads of an older store stay; what it did not know is empty."""
    before = filled.store.loads()
    new = _forms(filled)
    filled.store.close()
    with closing(sqlite3.connect(filled.home / "store" / "ledger.sqlite")) as connection:
        connection.executescript(
            "DROP TABLE mismatches; ALTER TABLE loads DROP COLUMN shows; "
            "UPDATE alembic_version SET version_num = '0001'"
        )

    filled.store = Store.open(filled.home)

    assert filled.store.loads() == before
    assert filled.store.mismatches() == []
    assert not filled.store.snapshot().visible_customers_only
    assert _forms(filled) == new


def _forms(workspace: Any) -> set[tuple[str, str]]:
    """Return the name and the columns of every table of the ledger."""
    with closing(sqlite3.connect(workspace.home / "store" / "ledger.sqlite")) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {(name, str(connection.execute(f'PRAGMA table_info("{name}")').fetchall())) for name in names}
