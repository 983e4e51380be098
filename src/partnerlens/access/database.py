"""The register's database: SQLite in the workspace, or PostgreSQL; its form, its version and its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError

from partnerlens.access.schema import REVISIONS
from partnerlens.errors import DefinitionError, ResourceError, StoreVersionError
from partnerlens.store.ledger import Watch
from partnerlens.store.sqlite import prepare_connections

FILE = "register.sqlite"
BUSY_MS = 10_000
"""How long a statement waits for another process's transaction. Unit: milliseconds."""

UPGRADE_LOCK = 7_265_001
"""The number of the lock under which one process at a time upgrades a PostgreSQL register."""

Version = tuple[int, int]
"""Tells two states of a register apart."""


class Database:
    """
    The database of a register.

    Args:
        home: the workspace.
        url: a PostgreSQL address; empty for a file in the workspace.

    Raises:
        DefinitionError: the address is none, or of another kind of database.
        ResourceError: the database cannot be reached.
        StoreVersionError: a newer version of Partnerlens made it.
    """

    def __init__(self, home: Path, url: str = "") -> None:
        """Open it, and bring an older one to the present form."""
        self._engine = _postgresql(url) if url else _sqlite(home / FILE)
        self._writer = self._engine.execution_options(writes=True)
        self._name = "the register" if url else str(home / FILE)
        self._watch = None if url else Watch(home / FILE)
        try:
            self._upgrade()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that changes nothing."""
        with self._explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept when the block ends, or none when it raises."""
        with self._explained(), self._writer.begin() as connection:
            yield connection

    def version(self) -> Version | None:
        """
        Return what tells two states of the register apart: equal versions mean that nothing was written between.

        It takes some microseconds. None where that cannot be told: for PostgreSQL, or a file that cannot be looked at.
        """
        return None if self._watch is None else self._watch.version()

    def close(self) -> None:
        """Close all connections."""
        if self._watch is not None:
            self._watch.close()
        self._engine.dispose()

    def _upgrade(self) -> None:
        with self.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})"))
            known = inspect(connection).has_table("alembic_version")
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
            if revision == REVISIONS[-1]:
                return
            if revision is not None and revision not in REVISIONS:
                raise StoreVersionError(
                    f"{self._name}: a newer version of Partnerlens made it: revision '{revision}'",
                    "install that version or a later one",
                )
            config = Config()
            folder = str(Path(__file__).parent / "migrations")
            config.set_main_option("script_location", folder.replace("%", "%%"))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DatabaseError as error:
            # The address may hold a password, and statements hold addresses of people: neither is repeated.
            raise ResourceError(
                f"{self._name} could not be used: {type(error.orig).__name__}",
                "check that the database runs, that it may be written, and its address",
            ) from error


def _sqlite(file: Path) -> Engine:
    # It holds password hashes: nobody but the one who runs the server reads it.
    file.touch(mode=0o600)
    engine = create_engine(URL.create("sqlite", database=str(file)), connect_args={"timeout": BUSY_MS / 1000})
    prepare_connections(engine, busy_ms=BUSY_MS)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader must not lock others out, and a writer must not find out late that it is not alone.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise DefinitionError("the register's address is none", "write postgresql://user:password@host/name") from error
    if address.get_backend_name() != "postgresql":
        raise DefinitionError(
            f"the register cannot be in a database of the kind '{address.get_backend_name()}'",
            "write postgresql://user:password@host/name, or leave it out for a file in the workspace",
        )
    try:
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise ResourceError("PostgreSQL needs the extra 'postgres'", "install partnerlens[postgres]") from error
