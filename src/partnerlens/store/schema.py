"""The tables of the ledger, as SQLAlchemy sees them; the migrations make the same tables."""

from datetime import UTC, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

FORMAT = 1
"""The version of the store's format that this program writes; a higher one is refused."""

REVISIONS = ("0001", "0002")
"""The migrations that this program knows, oldest first; the last one is the ledger's present form."""

naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A time kept as ISO 8601 text in UTC with microseconds, so that texts sort as times do."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """Return the text of a time; raises ValueError for a time without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"'{value}' has no time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        """Return the time that a text holds, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData(naming_convention=naming)


def _load(name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey("loads.id"), nullable=nullable, primary_key=primary_key)


meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

loads = Table(
    "loads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("mapping_digest", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, nullable=False),
    Column("shows", Text),
    UniqueConstraint("content_digest", "mapping_digest"),
    sqlite_strict=True,
)

load_tables = Table(
    "load_tables",
    metadata,
    _load("load", primary_key=True),
    Column("table", Text, primary_key=True),
    Column("rows_in", Integer, nullable=False),
    Column("loaded", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("replaced", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    CheckConstraint("rows_in = loaded + duplicate + replaced + quarantined", name="balance"),
    sqlite_strict=True,
)

fact_files = Table(
    "fact_files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("table", Text, nullable=False),
    Column("month", Integer),
    Column("path", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    # A rewritten file is added by the load that corrected it, but its rows still stem from an earlier one.
    _load("rows_of"),
    _load("added_by"),
    _load("removed_by", nullable=True),
    UniqueConstraint("path"),
    sqlite_strict=True,
)

touches = Table(
    "touches",
    metadata,
    Column("id", Integer, primary_key=True),
    _load("load"),
    Column("table", Text, nullable=False),
    Column("first_month", Integer, nullable=False),
    Column("last_month", Integer),
    Index(None, "load"),
    sqlite_strict=True,
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    _load("load"),
    Column("table", Text, nullable=False),
    # Several entries with one ordinal are the several faults of one row.
    Column("ordinal", Integer, nullable=False),
    Column("file", Text, nullable=False),
    Column("line", Integer),
    Column("column", Text),
    Column("value", Text),
    Column("rule", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("row", Text, nullable=False),
    Column("is_waiting", Integer, nullable=False),
    _load("released_by", nullable=True),
    Index(None, "load", "table", "ordinal"),
    Index(None, "table", "is_waiting", "released_by"),
    sqlite_strict=True,
)

mismatches = Table(
    "mismatches",
    metadata,
    Column("id", Integer, primary_key=True),
    _load("load"),
    Column("file", Text, nullable=False),
    Column("line", Integer),
    Column("column", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("computed", Text, nullable=False),
    Column("formula", Text, nullable=False),
    Index(None, "load"),
    sqlite_strict=True,
)

results = Table(
    "results",
    metadata,
    Column("key", Text, primary_key=True),
    Column("part", Text, nullable=False),
    Column("month", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    sqlite_strict=True,
)

editions = Table(
    "editions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("month", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("built_at", UtcTime, nullable=False),
    Column("manifest", Text, nullable=False),
    Index(None, "month"),
    sqlite_strict=True,
)

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("month", Integer, nullable=False),
    Column("edition", Integer, ForeignKey("editions.number"), nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Index(None, "month"),
    sqlite_strict=True,
)
