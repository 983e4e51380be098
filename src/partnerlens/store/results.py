"""The part of the ledger that knows results, editions and publications."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select

from partnerlens.errors import NotFoundError
from partnerlens.months import Month
from partnerlens.store import schema
from partnerlens.store.records import Edition, Publication, Result

BATCH_KEYS = 500
"""Keys asked for in one statement; SQLite limits the number of parameters."""


def found_results(connection: Connection, keys: Collection[str]) -> dict[str, Result]:
    """Return the results that are kept under the keys; keys without one are left out."""
    listed = sorted(set(keys))
    found = {}
    for start in range(0, len(listed), BATCH_KEYS):
        chosen = select(schema.results).where(schema.results.c.key.in_(listed[start : start + BATCH_KEYS]))
        for row in connection.execute(chosen):
            found[row.key] = Result(row.key, row.part, Month(row.month), row.digest, row.rows, row.bytes)
    return found


def add_results(connection: Connection, results: Iterable[Result]) -> None:
    """Keep results; one with the key of an earlier one takes its place."""
    for result in results:
        connection.execute(
            insert(schema.results)
            .prefix_with("OR REPLACE")
            .values(
                key=result.key,
                part=result.part,
                month=result.month.number,
                digest=result.digest,
                rows=result.rows,
                bytes=result.size_bytes,
            )
        )


def listed_editions(connection: Connection, number: int | None = None) -> list[Edition]:
    """Return all editions by number, or the one of that number."""
    chosen = select(schema.editions).order_by(schema.editions.c.number)
    if number is not None:
        chosen = chosen.where(schema.editions.c.number == number)
    return [
        Edition(row.number, Month(row.month), row.digest, row.built_at, row.manifest)
        for row in connection.execute(chosen)
    ]


def add_edition(connection: Connection, month: Month, digest: str, built_at: datetime, manifest: str) -> int:
    """Add an edition and return its number."""
    number: int = (connection.execute(select(func.max(schema.editions.c.number))).scalar() or 0) + 1
    connection.execute(
        insert(schema.editions).values(
            number=number, month=month.number, digest=digest, built_at=built_at, manifest=manifest
        )
    )
    return number


def remove_editions(connection: Connection, numbers: Collection[int], kept: Collection[str], *, dry_run: bool) -> int:
    """
    Remove editions, and the results whose tables are not kept; return how many results.

    Args:
        connection: a writing transaction.
        numbers: the editions.
        kept: the digests of the tables that stay.
        dry_run: count and remove nothing.
    """
    held = connection.execute(select(schema.results.c.key, schema.results.c.digest))
    keys = [row.key for row in held if row.digest not in kept]
    if not dry_run:
        for start in range(0, len(keys), BATCH_KEYS):
            connection.execute(delete(schema.results).where(schema.results.c.key.in_(keys[start : start + BATCH_KEYS])))
        for number in numbers:
            connection.execute(delete(schema.editions).where(schema.editions.c.number == number))
    return len(keys)


def add_publication(connection: Connection, month: Month, number: int, at: datetime) -> Publication:
    """
    Point the readers of a month at an edition.

    Raises:
        NotFoundError: there is no such edition, or it is of another month.
    """
    editions = listed_editions(connection, number)
    if not editions or editions[0].month != month:
        raise NotFoundError(f"there is no edition '{number}' of {month}", "list them with 'partnerlens editions'")
    made = connection.execute(
        insert(schema.publications)
        .values(month=month.number, edition=number, published_at=at)
        .returning(schema.publications)
    ).one()
    return _publication(made)


def latest_publication(connection: Connection, month: Month | None) -> Publication | None:
    """Return the latest publication of a month, or of the latest published month; None when there is none."""
    publication = schema.publications.c
    chosen = select(schema.publications).order_by(publication.month.desc(), publication.id.desc()).limit(1)
    if month is not None:
        chosen = chosen.where(publication.month == month.number)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else _publication(row)


def listed_publications(connection: Connection) -> list[Publication]:
    """Return every publication, oldest first."""
    chosen = select(schema.publications).order_by(schema.publications.c.id)
    return [_publication(row) for row in connection.execute(chosen)]


def _publication(row: Row[tuple[object, ...]]) -> Publication:
    return Publication(row.id, Month(row.month), row.edition, row.published_at)
