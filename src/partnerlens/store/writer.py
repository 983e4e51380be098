"""Writing facts so that a reader sees the state before or the state after, and a killed writer leaves no trace."""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from partnerlens.months import Month
from partnerlens.store import schema
from partnerlens.store.fact_files import replace_files
from partnerlens.store.layout import Layout, fact_folder
from partnerlens.store.ledger import Ledger
from partnerlens.store.records import Balance, FactFile, Mismatch, Rejection, Touch

BATCH_ROWS = 10_000


@dataclass(frozen=True)
class Release:
    """
    Rows of an earlier load that leave the quarantine.

    Attributes:
        load: the load that had rejected them.
        table: their table.
        ordinals: their numbers among that load's rejected rows of the table.
        loaded: how many of them are new in the store.
        duplicate: how many the store already held.
        replaced: how many took or lost the place of a row with their key.
    """

    load: int
    table: str
    ordinals: tuple[int, ...]
    loaded: int
    duplicate: int
    replaced: int


@dataclass(frozen=True)
class Change:
    """
    Everything that one load changes, committed at once.

    Attributes:
        file: the name of the file loaded.
        content_digest: sha256 of the file.
        mapping_digest: digest of the mapping, or of the table's name.
        started_at: when the load began.
        finished_at: when it is committed.
        time_zone: the time zone that days were read in.
        reporting_currency: the currency that rates lead to.
        balances: one for each table of the load.
        added: staged files.
        removed: ledger numbers of the files that no longer hold.
        touches: months whose facts changed.
        rejections: quarantined rows.
        releases: rows of earlier loads that leave the quarantine.
        shows: whose rows the file shows; None where that is not said.
        mismatches: figures of the file that do not follow from their parts.
    """

    file: str
    content_digest: str
    mapping_digest: str
    started_at: datetime
    finished_at: datetime
    time_zone: str
    reporting_currency: str
    balances: tuple[Balance, ...]
    added: tuple[FactFile, ...]
    removed: tuple[int, ...]
    touches: tuple[Touch, ...]
    rejections: Iterable[Rejection]
    releases: tuple[Release, ...]
    shows: str | None = None
    mismatches: Iterable[Mismatch] = ()


class Writer:
    """
    Stages and commits the files of one load; only made while the store's lock is held.

    Args:
        layout: the store's folders.
        ledger: the store's ledger.

    Attributes:
        load: the number that the load will have.
    """

    def __init__(self, layout: Layout, ledger: Ledger) -> None:
        """Remove what killed writers left and take the next load's number."""
        self._layout = layout
        self._ledger = ledger
        with ledger.reading() as connection:
            self.load: int = (connection.execute(select(func.max(schema.loads.c.id))).scalar() or 0) + 1
            known = set(connection.execute(select(schema.fact_files.c.path)).scalars())
        shutil.rmtree(layout.staging, ignore_errors=True)
        layout.staging.mkdir(parents=True, exist_ok=True)
        for file in layout.facts.rglob("*.parquet"):
            if file.relative_to(layout.facts).as_posix() not in known:
                file.unlink()

    @property
    def folder(self) -> Path:
        """A folder for everything that is not kept, removed when the writer closes."""
        return self._layout.staging

    def staged(self, table: str, month: Month | None, *, rewrite_of: int | None = None) -> tuple[Path, str]:
        """
        Return where to write a file, and the path it will have relative to the folder of facts.

        Args:
            table: the table of its rows.
            month: their month; None where the table has one part.
            rewrite_of: the ledger number of the file that it takes the place of; None for new rows.
        """
        name = f"load-{self.load:06d}" + ("" if rewrite_of is None else f"-rest-of-{rewrite_of}") + ".parquet"
        path = fact_folder(table, month) / name
        file = self._layout.staging / path
        file.parent.mkdir(parents=True, exist_ok=True)
        return file, path.as_posix()

    def described(self, table: str, month: Month | None, path: str, rows: int, rows_of: int) -> FactFile:
        """Return the record of a staged file, made safe on disk."""
        file = self._layout.staging / path
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        return FactFile(0, table, month, path, rows, file.stat().st_size, digest, rows_of)

    def commit(self, change: Change) -> None:
        """Put the staged files in place and write the ledger in one transaction."""
        self._place(change.added)
        with self._ledger.writing() as connection:
            _write(connection, change, self.load)

    def replace(self, made: FactFile, parts: Collection[int]) -> None:
        """Put a staged file in the place of files that hold the same rows, for the facts of no load to change."""
        self._place([made])
        with self._ledger.writing() as connection:
            replace_files(connection, made, parts)

    def _place(self, files: Iterable[FactFile]) -> None:
        """Give staged files their names among the facts, safely on disk."""
        folders = set()
        for file in files:
            target = self._layout.facts / file.path
            if not target.parent.exists():
                target.parent.mkdir(parents=True)
                folders |= {target.parent.parent, target.parent.parent.parent}
            (self._layout.staging / file.path).rename(target)
            folders.add(target.parent)
        for folder in folders:
            _sync_folder(folder)

    def close(self) -> None:
        """Remove what is still staged."""
        shutil.rmtree(self._layout.staging, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(connection: Connection, change: Change, load: int) -> None:
    for name, value in (("time_zone", change.time_zone), ("reporting_currency", change.reporting_currency)):
        connection.execute(insert(schema.meta).prefix_with("OR IGNORE").values(name=name, value=value))
    connection.execute(
        insert(schema.loads).values(
            id=load,
            file=change.file,
            content_digest=change.content_digest,
            mapping_digest=change.mapping_digest,
            started_at=change.started_at,
            finished_at=change.finished_at,
            shows=change.shows,
        )
    )
    _insert(connection, schema.load_tables, ({"load": load} | vars(balance) for balance in change.balances))
    _insert(connection, schema.fact_files, (_file_values(file, load) for file in change.added))
    _insert(connection, schema.touches, (_touch_values(touch, load) for touch in change.touches))
    _insert(connection, schema.quarantine, (vars(rejection) for rejection in change.rejections))
    _insert(connection, schema.mismatches, (vars(mismatch) for mismatch in change.mismatches))
    if change.removed:
        file = schema.fact_files
        connection.execute(
            update(file).where(file.c.id == bindparam("number")).values(removed_by=load),
            [{"number": number} for number in change.removed],
        )
    for release in change.releases:
        _release(connection, release, load)


def _file_values(file: FactFile, load: int) -> dict[str, object]:
    return {
        "table": file.table,
        "month": None if file.month is None else file.month.number,
        "path": file.path,
        "rows": file.rows,
        "bytes": file.size_bytes,
        "sha256": file.sha256,
        "rows_of": file.rows_of,
        "added_by": load,
    }


def _touch_values(touch: Touch, load: int) -> dict[str, object]:
    last = None if touch.last is None else touch.last.number
    return {"load": load, "table": touch.table, "first_month": touch.first.number, "last_month": last}


def _insert(connection: Connection, table: Table, values: Iterable[dict[str, object]]) -> None:
    stream: Iterator[dict[str, object]] = iter(values)
    while batch := list(islice(stream, BATCH_ROWS)):
        connection.execute(insert(table), batch)


def _release(connection: Connection, release: Release, load: int) -> None:
    entry = schema.quarantine.c
    connection.execute(
        update(schema.quarantine)
        .where(entry.load == release.load, entry.table == release.table, entry.ordinal == bindparam("number"))
        .values(released_by=load),
        [{"number": ordinal} for ordinal in release.ordinals],
    )
    balance = schema.load_tables.c
    connection.execute(
        update(schema.load_tables)
        .where(balance.load == release.load, balance.table == release.table)
        .values(
            loaded=balance.loaded + release.loaded,
            duplicate=balance.duplicate + release.duplicate,
            replaced=balance.replaced + release.replaced,
            quarantined=balance.quarantined - len(release.ordinals),
        )
    )
