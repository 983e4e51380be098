"""A workspace to test loading with: files made from text tables, and facts read back as ids."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from partnerlens.ingest import LoadReport, LoadSettings, Mapping, load_file
from partnerlens.ingest.mapping import parse_mapping
from partnerlens.model.facts import TABLES
from partnerlens.store import Rejection, Store

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)

BASE = {
    "partners": "partner_id,name,country\nA,Alpha,US\nB,Beta,DE\n",
    "customers": "customer_id,name,country\nC1,One,US\nC2,Two,FR\n",
    "products": "product_id,name,family,workloads\nP1,Sales,CE,Sales;Service\nP2,Finance,FO,Finance\n",
    "subscriptions": (
        "subscription_id,customer_id,product_id,channel,licence_type,start_date\n"
        "S1,C1,P1,CSP,paid,2025-01-01\nS2,C2,P2,EA,paid,2025-02-01\n"
    ),
}
"""Two of each dimension, which the tests refer to."""


class Workspace:
    """A store in a folder of its own, and the ways in which tests load and look."""

    def __init__(self, folder: Path) -> None:
        """Make an empty store."""
        self.folder = folder
        self.home = folder / "home"
        self.store = Store.open(self.home, create=True)
        self.settings = LoadSettings("USD", "UTC")

    def file(self, name: str, content: str | bytes) -> Path:
        """Write a file to load."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self, name: str, content: str | bytes, **options: Any) -> LoadReport:
        """Write a file and load it."""
        path = self.file(name, content)
        return load_file(self.store, path, settings=self.settings, now=NOW, **options)

    def load_base(self) -> None:
        """Load the dimensions of ``BASE``."""
        for table, content in BASE.items():
            self.load(f"{table}.csv", content)

    def mapping(self, text: str) -> Mapping:
        """Return a mapping from its text."""
        return parse_mapping(text, origin="mapping.toml")

    def balance(self, report: LoadReport, table: str | None = None) -> tuple[int, int, int, int, int]:
        """Return rows in, loaded, duplicate, replaced and quarantined of a report's table, by default the only one."""
        chosen = [balance for balance in report.balances if table in (None, balance.table)]
        (found,) = chosen
        return (found.rows_in, found.loaded, found.duplicate, found.replaced, found.quarantined)

    def rejected(self) -> list[tuple[int | None, str | None, str]]:
        """Return line, column and rule of every fault in the quarantine."""
        return [(entry.line, entry.column, entry.rule) for entry in self.store.quarantine()]

    def quarantine(self) -> list[Rejection]:
        """Return every fault in the quarantine."""
        return self.store.quarantine()

    def facts(self, table: str, as_of_load: int | None = None) -> list[tuple[Any, ...]]:
        """Return a table's rows with ids in place of numbers, sorted."""
        snapshot = self.store.snapshot(as_of_load)
        with duckdb.connect() as connection:

            def relation(name: str) -> str:
                files = [str(path) for path in snapshot.files(name)]
                if files:
                    return f"(SELECT * FROM read_parquet({files}, hive_partitioning = false))"
                empty = ", ".join(
                    f"CAST(NULL AS {kind}) AS {column}" for column, kind in snapshot.columns(name).items()
                )
                return f"(SELECT {empty} WHERE false)"

            joins, selected = [], []
            for place, column in enumerate(TABLES[table].columns):
                target = column.references or {"user_id": "users", "workload": "workloads"}.get(column.name)
                if target is None:
                    selected.append(f"f.{column.name}")
                    continue
                number = next(iter(snapshot.columns(target)))
                text = TABLES[target].key[0] if target in TABLES else column.name
                joins.append(f"LEFT JOIN {relation(target)} j{place} ON f.{column.stored_name} = j{place}.{number}")
                selected.append(f"j{place}.{text}")
            query = f"SELECT {', '.join(selected)} FROM {relation(table)} f {' '.join(joins)} ORDER BY ALL"
            return connection.execute(query).fetchall()

    def all_facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return the facts of every table."""
        return {table: self.facts(table) for table in TABLES}
