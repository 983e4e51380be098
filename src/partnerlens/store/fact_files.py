"""The part of the ledger that knows which files hold the facts, and which held them until a load."""

from collections.abc import Collection

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from partnerlens.errors import DefinitionError
from partnerlens.months import Month
from partnerlens.store import schema
from partnerlens.store.records import FactFile

GONE = "facts_gone"
"""The entry of ``meta`` that lists the loads whose facts are no longer on disk, as runs such as ``1-4 7-9``."""


def fact_file(row: Row[tuple[object, ...]]) -> FactFile:
    """Return a row of the ledger as a record."""
    month = None if row.month is None else Month(row.month)
    return FactFile(row.id, row.table, month, row.path, row.rows, row.bytes, row.sha256, row.rows_of)


def present_files(connection: Connection) -> list[FactFile]:
    """Return the files that hold the facts as they stand."""
    chosen = select(schema.fact_files).where(schema.fact_files.c.removed_by.is_(None)).order_by(schema.fact_files.c.id)
    return [fact_file(row) for row in connection.execute(chosen)]


def replaced_files(connection: Connection, kept_loads: Collection[int]) -> list[FactFile]:
    """Return the files that hold no facts any more, neither as they stand nor as of the loads that are kept."""
    chosen = select(schema.fact_files).where(schema.fact_files.c.removed_by.is_not(None))
    return [
        fact_file(row)
        for row in connection.execute(chosen.order_by(schema.fact_files.c.id))
        if not any(row.added_by <= load < row.removed_by for load in kept_loads)
    ]


def replace_files(connection: Connection, made: FactFile, parts: Collection[int]) -> None:
    """Put a file in the place of others, as of the latest load that added one of them."""
    file = schema.fact_files
    latest = connection.execute(select(func.max(file.c.added_by)).where(file.c.id.in_(parts))).scalar_one()
    connection.execute(
        insert(file).values(
            table=made.table,
            month=None if made.month is None else made.month.number,
            path=made.path,
            rows=made.rows,
            bytes=made.size_bytes,
            sha256=made.sha256,
            rows_of=made.rows_of,
            added_by=latest,
        )
    )
    connection.execute(
        update(file).where(file.c.id == bindparam("number")).values(removed_by=latest),
        [{"number": number} for number in parts],
    )


def forget_files(connection: Connection, numbers: Collection[int]) -> None:
    """Forget files that are replaced, and note the loads as of which the facts cannot be read any more."""
    file = schema.fact_files
    gone = gone_loads(connection)
    for number in numbers:
        row = connection.execute(select(file).where(file.c.id == number)).one()
        gone |= set(range(row.added_by, row.removed_by))
        connection.execute(delete(file).where(file.c.id == number))
    if gone:
        text = " ".join(f"{first}-{last}" for first, last in _runs(gone))
        connection.execute(insert(schema.meta).prefix_with("OR REPLACE").values(name=GONE, value=text))


def gone_loads(connection: Connection) -> set[int]:
    """Return the loads as of which the facts cannot be read any more."""
    text = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == GONE)).scalar() or ""
    ends = [run.split("-") for run in text.split()]
    return {load for first, last in ends for load in range(int(first), int(last) + 1)}


def check_kept(connection: Connection, as_of_load: int) -> None:
    """
    Make sure that the facts as of a load can be read.

    Raises:
        DefinitionError: a compaction removed them, because no edition rested on them.
    """
    if as_of_load in gone_loads(connection):
        raise DefinitionError(
            f"the facts as of load {as_of_load} are no longer kept: no edition rested on them when the store was "
            "compacted",
            "ask about the facts as of a later load, or restore the workspace from an older backup",
        )


def _runs(loads: Collection[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for load in sorted(loads):
        if runs and load == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], load)
        else:
            runs.append((load, load))
    return runs
