"""The ledger's database: opening it, its version, and its transactions."""

import importlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from weakref import finalize

from sqlalchemy import Connection, Engine, create_engine, insert, select, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from partnerlens.errors import DefinitionError, ResourceError, StoreVersionError
from partnerlens.store import schema
from partnerlens.store.sqlite import prepare_connections

BUSY_MS = 30_000
"""How long a statement waits for another process's transaction. Unit: milliseconds."""


class Watch:
    """
    A connection that notices what others write.

    Args:
        file: the database.
    """

    def __init__(self, file: Path) -> None:
        """Prepare; the file is opened when it is first looked at."""
        self._file = file
        self._lock = Lock()
        self._seen: os.stat_result | None = None
        self._connection: sqlite3.Connection | None = None
        self._openings = 0

    def version(self) -> tuple[int, int] | None:
        """Return a pair that changes with every write of another connection; None when the file cannot be read."""
        with self._lock:
            try:
                found = self._file.stat()
                if self._connection is None or self._seen is None or not os.path.samestat(found, self._seen):
                    self._open(found)
                if self._connection is None:
                    return None
                (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            except (OSError, sqlite3.Error):
                return None
            return self._openings, version

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self, found: os.stat_result) -> None:
        # A file that was put in the place of another, such as a backup, is another database.
        if self._connection is not None:
            self._connection.close()
        self._connection = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        # A store that nobody closes is closed when it is forgotten.
        finalize(self, self._connection.close)
        self._seen = found
        self._openings += 1


class Ledger:
    """
    The SQLite database that says which facts hold.

    Args:
        file: the database; its folder exists.
    """

    def __init__(self, file: Path) -> None:
        """Prepare connections; nothing is opened yet."""
        self.file = file
        self._engine = _engine(file)
        self._watch = Watch(file)

    def version(self) -> tuple[int, int] | None:
        """
        Return what tells two states of the ledger apart: equal versions mean that nothing was written between.

        It takes some microseconds, so a server can ask at every question. None when the file cannot be looked at.
        """
        return self._watch.version()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the ledger."""
        with _explained(self.file), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept when the block ends, or none when it raises."""
        with _explained(self.file), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    def close(self) -> None:
        """Close all connections."""
        self._watch.close()
        self._engine.dispose()

    def is_current(self) -> bool:
        """
        Return whether the ledger has the present form; False for a new file or one of an older version.

        Raises:
            StoreVersionError: a newer version of Partnerlens wrote it.
        """
        if not self.file.exists():
            return False
        with self.reading() as connection:
            known = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
            if not {"alembic_version", "meta"} <= known:
                return False
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
            version = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == "format")).scalar()
        if revision not in schema.REVISIONS or int(version or 0) > schema.FORMAT:
            raise StoreVersionError(
                f"{self.file}: a newer version of Partnerlens wrote this store: its format is '{version}', "
                f"revision '{revision}', and this program reads up to format '{schema.FORMAT}'",
                "install that version or a later one",
            )
        return bool(revision == schema.REVISIONS[-1])

    def upgrade(self) -> None:
        """Bring the ledger to the present form, in one transaction."""
        # Alembic takes a quarter of a second to import and is needed once in a store's life, so this is
        # the one module that is loaded when it is needed.
        migration = importlib.import_module("partnerlens.store.migration")
        with self.writing() as connection:
            migration.upgrade(connection)
            connection.execute(schema.meta.delete().where(schema.meta.c.name == "format"))
            connection.execute(insert(schema.meta).values(name="format", value=str(schema.FORMAT)))


def _engine(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    prepare_connections(engine, busy_ms=BUSY_MS)
    return engine


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise ResourceError(
            f"{file}: the ledger could not be used: {error.orig}",
            "check the disk's space and that no other program holds the file, and run it again",
        ) from error
    except DatabaseError as error:
        if isinstance(error.orig, sqlite3.IntegrityError):
            raise
        raise DefinitionError(
            f"{file}: the ledger is damaged: {error.orig}", "restore the workspace from a backup"
        ) from error
