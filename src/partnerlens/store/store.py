"""The store of a workspace: its facts, its ledger, its results, and the lock for those who write."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import ColumnElement, Connection, and_, func, select

from partnerlens.errors import NotFoundError
from partnerlens.months import Month
from partnerlens.settings import facts_root
from partnerlens.store import fact_files, results, schema
from partnerlens.store.facts_root import check_facts_root
from partnerlens.store.layout import Layout
from partnerlens.store.ledger import Ledger
from partnerlens.store.lock import WriteLock
from partnerlens.store.records import (
    Balance,
    Edition,
    FactFile,
    Load,
    Mismatch,
    Publication,
    Rejection,
    Result,
    WaitingRow,
)
from partnerlens.store.snapshot import Snapshot, read_snapshot
from partnerlens.store.writer import Writer

WAIT_SECONDS = 600.0
"""How long a writer waits for another one unless it says otherwise."""

BATCH_ROWS = 10_000


class Store:
    """
    The facts of one workspace and the ledger that says which of them hold.

    Many may read while one writes; a reader sees one state.
    """

    def __init__(self, layout: Layout, ledger: Ledger) -> None:
        """Use ``Store.open`` instead, which checks the version."""
        self.layout = layout
        self._ledger = ledger
        self._lock = WriteLock(layout)
        # What was published for a month, with the version of the ledger that it was read from.
        self._published: dict[Month | None, tuple[tuple[int, int], Publication | None]] = {}

    @classmethod
    def open(cls, home: Path, *, create: bool = False) -> "Store":
        """
        Open the store of a workspace, bringing an older one to the present form.

        Args:
            home: the workspace.
            create: make the store when there is none.

        Raises:
            NotFoundError: there is no store and ``create`` is not set.
            StoreVersionError: a newer version of Partnerlens wrote it.
            ResourceError: another process upgrades it, the disk refuses, or the folder of facts is not there.
        """
        layout = Layout(home, facts_root(home))
        if not layout.ledger.exists():
            if not create:
                raise NotFoundError(f"'{home}' holds no facts", "load some with 'partnerlens load'")
            layout.root.mkdir(parents=True, exist_ok=True)
            if layout.elsewhere is None:
                layout.facts.mkdir(exist_ok=True)
        store = cls(layout, Ledger(layout.ledger))
        if not store._ledger.is_current():
            with store.write_lock():
                if not store._ledger.is_current():
                    store._ledger.upgrade()
        if layout.elsewhere is not None:
            check_facts_root(layout, store._ledger)
        return store

    def write_lock(
        self, wait_seconds: float = WAIT_SECONDS, on_wait: Callable[[str], None] | None = None
    ) -> AbstractContextManager[None]:
        """
        Hold the store's lock for a block; see ``WriteLock.held``.

        Raises:
            ResourceError: another writer held it for ``wait_seconds``.
        """
        return self._lock.held(wait_seconds, on_wait)

    def writer(self) -> Writer:
        """Return a writer of facts; the caller holds the lock."""
        return Writer(self.layout, self._ledger)

    def snapshot(self, as_of_load: int | None = None) -> Snapshot:
        """
        Return the facts as they stand, or as they stood after a load.

        Raises:
            NotFoundError: there is no such load.
        """
        with self._ledger.reading() as connection:
            return read_snapshot(connection, self.layout.facts, as_of_load)

    def present_files(self) -> list[FactFile]:
        """Return the files that hold the facts as they stand."""
        with self._ledger.reading() as connection:
            return fact_files.present_files(connection)

    def replaced_files(self, kept_loads: Collection[int]) -> list[FactFile]:
        """Return the files that hold no facts any more, neither as they stand nor as of the loads that are kept."""
        with self._ledger.reading() as connection:
            return fact_files.replaced_files(connection, kept_loads)

    def remove_files(self, files: Collection[FactFile]) -> None:
        """Forget files that are replaced, then remove them from the disk; the caller holds the lock."""
        with self._ledger.writing() as connection:
            fact_files.forget_files(connection, [file.id for file in files])
        for file in files:
            (self.layout.facts / file.path).unlink(missing_ok=True)

    def loads(self) -> list[Load]:
        """Return every load, oldest first."""
        balances: dict[int, list[Balance]] = {}
        with self._ledger.reading() as connection:
            table = schema.load_tables
            for row in connection.execute(select(table).order_by(table.c.load, table.c.table)):
                balance = Balance(row.table, row.rows_in, row.loaded, row.duplicate, row.replaced, row.quarantined)
                balances.setdefault(row.load, []).append(balance)
            return [
                Load(
                    id=row.id,
                    file=row.file,
                    content_digest=row.content_digest,
                    mapping_digest=row.mapping_digest,
                    started_at=row.started_at,
                    finished_at=row.finished_at,
                    balances=tuple(balances.get(row.id, ())),
                    shows=row.shows,
                )
                for row in connection.execute(select(schema.loads).order_by(schema.loads.c.id))
            ]

    def quarantine(
        self, load: int | None = None, *, released: bool = False, limit: int | None = None
    ) -> list[Rejection]:
        """
        Return the faults of quarantined rows, in the order of loads and lines.

        Args:
            load: only those of that load; all when None.
            released: also those that have left the quarantine.
            limit: at most so many faults; all when None. ``quarantine_count`` tells how many there are.

        Raises:
            NotFoundError: there is no such load.
        """
        entry = schema.quarantine.c
        chosen = select(schema.quarantine).order_by(entry.load, entry.line, entry.id).limit(limit)
        if load is not None:
            chosen = chosen.where(entry.load == load)
        if not released:
            chosen = chosen.where(entry.released_by.is_(None))
        with self._ledger.reading() as connection:
            _check_load(connection, load)
            return [_rejection(row._asdict()) for row in connection.execute(chosen)]

    def quarantine_count(self, load: int | None = None) -> int:
        """Return how many faults are in the quarantine, of one load or of all."""
        entry = schema.quarantine.c
        chosen = select(func.count()).select_from(schema.quarantine).where(entry.released_by.is_(None))
        if load is not None:
            chosen = chosen.where(entry.load == load)
        with self._ledger.reading() as connection:
            return int(connection.execute(chosen).scalar_one())

    def mismatches(self, load: int | None = None, *, limit: int | None = None) -> list[Mismatch]:
        """
        Return the figures that do not follow from their parts, in the order of loads and lines.

        Args:
            load: only those of that load; all when None.
            limit: at most so many; all when None. ``mismatch_count`` tells how many there are.

        Raises:
            NotFoundError: there is no such load.
        """
        entry = schema.mismatches.c
        chosen = select(schema.mismatches).order_by(entry.load, entry.line, entry.id).limit(limit)
        if load is not None:
            chosen = chosen.where(entry.load == load)
        with self._ledger.reading() as connection:
            _check_load(connection, load)
            return [
                Mismatch(row.load, row.file, row.line, row.column, row.value, row.computed, row.formula)
                for row in connection.execute(chosen)
            ]

    def mismatch_count(self, load: int | None = None) -> int:
        """Return how many figures do not follow from their parts, of one load or of all."""
        chosen = select(func.count()).select_from(schema.mismatches)
        if load is not None:
            chosen = chosen.where(schema.mismatches.c.load == load)
        with self._ledger.reading() as connection:
            return int(connection.execute(chosen).scalar_one())

    def waiting_count(self, table: str) -> int:
        """Return how many faults of a table's rows wait in the quarantine for a reference or a rate."""
        chosen = select(func.count()).select_from(schema.quarantine).where(_is_waiting(table))
        with self._ledger.reading() as connection:
            return int(connection.execute(chosen).scalar_one())

    def waiting(self, table: str) -> Iterator[list[WaitingRow]]:
        """Return the rows of a table that wait in the quarantine, each once, in batches."""
        entry = schema.quarantine.c
        first = select(func.min(entry.id)).where(_is_waiting(table)).group_by(entry.load, entry.ordinal)
        chosen = select(entry.load, entry.ordinal, entry.line, entry.row).where(entry.id.in_(first))
        with self._ledger.reading() as connection:
            for batch in connection.execute(chosen.order_by(entry.load, entry.ordinal)).partitions(BATCH_ROWS):
                yield [WaitingRow(row.load, row.ordinal, row.line, row.row) for row in batch]

    def results_find(self, keys: Collection[str]) -> dict[str, Result]:
        """Return the results that are kept under the keys; keys without one are left out."""
        with self._ledger.reading() as connection:
            return results.found_results(connection, keys)

    def results_add(self, added: Iterable[Result]) -> None:
        """Keep results; one with the key of an earlier one takes its place."""
        with self._ledger.writing() as connection:
            results.add_results(connection, added)

    def editions(self) -> list[Edition]:
        """Return every edition, by number."""
        with self._ledger.reading() as connection:
            return results.listed_editions(connection)

    def edition(self, number: int) -> Edition:
        """Return an edition; raises NotFoundError when there is none of that number."""
        with self._ledger.reading() as connection:
            found = results.listed_editions(connection, number)
        if not found:
            raise NotFoundError(f"there is no edition '{number}'", "list them with 'partnerlens editions'")
        return found[0]

    def add_edition(self, *, month: Month, digest: str, built_at: datetime, manifest: str) -> int:
        """Add an edition of a month and return its number, from 1 over all months."""
        with self._ledger.writing() as connection:
            return results.add_edition(connection, month, digest, built_at, manifest)

    def remove_editions(self, numbers: Collection[int], kept: Collection[str], *, dry_run: bool) -> int:
        """Remove editions, and the results whose tables are not kept, at once; return how many results."""
        with self._ledger.writing() as connection:
            return results.remove_editions(connection, numbers, kept, dry_run=dry_run)

    def publish(self, month: Month, number: int, at: datetime) -> Publication:
        """
        Point the readers of a month at an edition, at once for all of them.

        Raises:
            NotFoundError: there is no such edition, or it is of another month.
        """
        with self._ledger.writing() as connection:
            return results.add_publication(connection, month, number, at)

    def published(self, month: Month | None = None) -> Publication | None:
        """Return the latest publication of a month, or of the latest published month; None when there is none."""
        version = self._ledger.version()
        known = self._published.get(month)
        if version is not None and known is not None and known[0] == version:
            return known[1]
        with self._ledger.reading() as connection:
            found = results.latest_publication(connection, month)
        if version is not None:
            self._published[month] = (version, found)
        return found

    def publications(self) -> list[Publication]:
        """Return every publication, oldest first."""
        with self._ledger.reading() as connection:
            return results.listed_publications(connection)

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()

    def __enter__(self) -> Self:
        """Return the store; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()


def _check_load(connection: Connection, load: int | None) -> None:
    known = connection.execute(select(schema.loads.c.id).where(schema.loads.c.id == load)).scalar()
    if load is not None and known is None:
        raise NotFoundError(f"there is no load '{load}'", "list the loads with 'partnerlens loads'")


def _is_waiting(table: str) -> ColumnElement[bool]:
    entry = schema.quarantine.c
    return and_(entry.table == table, entry.is_waiting == 1, entry.released_by.is_(None))


def _rejection(values: dict[str, object]) -> Rejection:
    values.pop("id")
    values["is_waiting"] = bool(values["is_waiting"])
    return Rejection(**values)  # type: ignore[arg-type]
