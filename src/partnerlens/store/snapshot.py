"""A consistent view of the facts: which files hold them, as of the latest load or an earlier one."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, case, func, or_, select

from partnerlens.errors import DefinitionError, NotFoundError
from partnerlens.months import Month
from partnerlens.store import schema
from partnerlens.store.fact_files import check_kept, fact_file
from partnerlens.store.layout import stored_columns
from partnerlens.store.records import OWN_CUSTOMERS, RESELLERS, FactFile, Touch


@dataclass(frozen=True)
class Snapshot:
    """
    The state of the facts after a load; later loads do not change it.

    Attributes:
        folder: the folder of facts.
        time_zone: the time zone that the facts' days are in; None before the first load.
        reporting_currency: the currency that amounts are converted to; None before the first load.
        last_load: the latest load's number; None before the first.
        last_load_at: when it was committed, UTC; None before the first.
        visible_customers_only: whether the facts come from exports that show one partner's own customers alone.
    """

    folder: Path
    time_zone: str | None
    reporting_currency: str | None
    last_load: int | None
    last_load_at: datetime | None
    _files: dict[str, tuple[FactFile, ...]]
    _digests: dict[int, str]
    _touches: tuple[tuple[int, Touch], ...]
    visible_customers_only: bool = False

    def check_settings(self, *, reporting_currency: str, time_zone: str) -> None:
        """
        Make sure that the facts were loaded under the present settings.

        Raises:
            DefinitionError: they were loaded under others; days and rates would be read wrongly.
        """
        for name, stored, given in (
            ("time_zone", self.time_zone, time_zone),
            ("reporting_currency", self.reporting_currency, reporting_currency),
        ):
            if stored is not None and stored != given:
                raise DefinitionError(
                    f"the facts of this workspace were loaded with {name} '{stored}', "
                    f"and the settings now say '{given}'",
                    f'set {name} = "{stored}" again, or load the files into a new workspace',
                )

    def fact_files(self, table: str, first: Month | None = None, last: Month | None = None) -> list[FactFile]:
        """
        Return the files of a table, in the order of months and numbers.

        Args:
            table: a fact table or an internal one.
            first: leave out files of earlier months; files of tables with one part always stay.
            last: leave out files of later months.
        """
        return [
            file
            for file in self._files.get(table, ())
            if file.month is None or ((first is None or file.month >= first) and (last is None or file.month <= last))
        ]

    def files(self, table: str, first: Month | None = None, last: Month | None = None) -> list[Path]:
        """Return the paths of ``fact_files``."""
        return [self.folder / file.path for file in self.fact_files(table, first, last)]

    def months(self, table: str) -> list[Month]:
        """Return the months in which a table has rows, ascending; empty for a table with one part."""
        return sorted({file.month for file in self._files.get(table, ()) if file.month is not None})

    def rows(self, table: str) -> int:
        """Return the number of rows of a table."""
        return sum(file.rows for file in self._files.get(table, ()))

    def columns(self, table: str) -> dict[str, str]:
        """Return the stored columns of a table with their SQL types; raises KeyError when there is no such table."""
        return stored_columns(table)

    def with_table(self, table: str, other: "Snapshot") -> "Snapshot":
        """Return the same facts, but those of one table as they stand in another snapshot of the store."""
        return replace(self, _files={**self._files, table: tuple(other.fact_files(table))})

    def touching(self, tables: Collection[str], first: Month, last: Month) -> list[tuple[int, str]]:
        """
        Return the loads that changed facts of the tables in the months first..last, ascending.

        Returns:
            For each load its number and the sha256 of the file loaded.
        """
        found = {
            load
            for load, touch in self._touches
            if touch.table in tables and touch.first <= last and (touch.last is None or touch.last >= first)
        }
        return [(load, self._digests[load]) for load in sorted(found)]


def read_snapshot(connection: Connection, folder: Path, as_of_load: int | None) -> Snapshot:
    """
    Return the facts as they stood after a load.

    Args:
        connection: a reading transaction.
        folder: the folder of facts.
        as_of_load: the load's number; None for the latest.

    Raises:
        NotFoundError: there is no such load.
    """
    loads = schema.loads.c
    rows = connection.execute(select(loads.id, loads.content_digest, loads.finished_at).order_by(loads.id)).all()
    if as_of_load is not None:
        rows = [row for row in rows if row.id <= as_of_load]
        if not rows or rows[-1].id != as_of_load:
            raise NotFoundError(f"there is no load '{as_of_load}'", "list the loads with 'partnerlens loads'")
        check_kept(connection, as_of_load)
    meta = {row.name: row.value for row in connection.execute(select(schema.meta))}
    return Snapshot(
        folder=folder,
        time_zone=meta.get("time_zone"),
        reporting_currency=meta.get("reporting_currency"),
        last_load=rows[-1].id if rows else None,
        last_load_at=rows[-1].finished_at if rows else None,
        _files=_files(connection, as_of_load),
        _digests={row.id: row.content_digest for row in rows},
        _touches=_touches(connection, as_of_load),
        visible_customers_only=_shows_own_alone(connection, as_of_load),
    )


def _shows_own_alone(connection: Connection, as_of_load: int | None) -> bool:
    """
    Whether all that is known of the market comes from exports of one partner.

    So it is when a load showed own customers alone, none showed a distributor's resellers, and no subscription came
    from a file that does not say whose rows it shows, such as a program's own tables.
    """
    load, balance = schema.loads.c, schema.load_tables.c
    brought = (balance.table == "subscriptions") & (balance.loaded + balance.replaced > 0)
    chosen = select(load.shows, func.max(case((brought, 1), else_=0))).join_from(
        schema.loads, schema.load_tables, balance.load == load.id
    )
    if as_of_load is not None:
        chosen = chosen.where(load.id <= as_of_load)
    shown = {row[0]: bool(row[1]) for row in connection.execute(chosen.group_by(load.shows))}
    return OWN_CUSTOMERS in shown and RESELLERS not in shown and not shown.get(None, False)


def _files(connection: Connection, as_of_load: int | None) -> dict[str, tuple[FactFile, ...]]:
    file = schema.fact_files.c
    chosen = select(schema.fact_files).order_by(file.month, file.id)
    if as_of_load is None:
        chosen = chosen.where(file.removed_by.is_(None))
    else:
        chosen = chosen.where(file.added_by <= as_of_load, or_(file.removed_by.is_(None), file.removed_by > as_of_load))
    found: dict[str, list[FactFile]] = {}
    for row in connection.execute(chosen):
        found.setdefault(row.table, []).append(fact_file(row))
    return {table: tuple(files) for table, files in found.items()}


def _touches(connection: Connection, as_of_load: int | None) -> tuple[tuple[int, Touch], ...]:
    touch = schema.touches.c
    chosen = select(schema.touches)
    if as_of_load is not None:
        chosen = chosen.where(touch.load <= as_of_load)
    return tuple(
        (
            row.load,
            Touch(row.table, Month(row.first_month), None if row.last_month is None else Month(row.last_month)),
        )
        for row in connection.execute(chosen)
    )
