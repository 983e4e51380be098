"""Which facts of a table differ between two snapshots of a store, and whether they came late or were corrected."""

from collections.abc import Callable

import pyarrow as pa

from partnerlens.engine.protocol import Engine
from partnerlens.explain.statement import explain_sql
from partnerlens.model.facts import TABLES
from partnerlens.months import Month
from partnerlens.store import Snapshot
from partnerlens.store.records import FactFile

_SEPARATOR = "chr(31)"
_ITEMS = {
    "billing_lines": "f.invoice_id || '/' || f.line_id",
    "activity": "u.user_id",
    "instances": "f.instance_id",
    "exam_passes": "f.person_id",
    "survey_responses": "f.response_id",
}
"""What identifies a fact in rows, as in the column ``item``."""

_MONTHS = {"seats": "f.month", "billing_lines": "f.billing_month", "activity_monthly": "f.month"}
"""The month of a fact, where rows have the same; of seats the month after it too."""

_NOTHING = "SELECT '' AS link, 0 AS is_correction, 0 AS load WHERE 1 = 0"


class ChangedFacts:
    """
    The facts that two snapshots of a store do not share.

    Args:
        older: the facts as of the earlier load.
        newer: the facts as of the later load.
        engine: opens an engine.
    """

    def __init__(self, older: Snapshot, newer: Snapshot, engine: Callable[[], Engine]) -> None:
        """Remember where to look; files are read when asked for."""
        self._older = older
        self._newer = newer
        self._engine = engine

    def reach(self, table: str, last: Month) -> bool:
        """Return whether any facts of a table differ that lie in no later month."""
        return any(file.month is None or file.month <= last for _, file in self._files(table))

    def links(self, table: str) -> pa.Table:
        """
        Return what leads from rows to the facts of a table that differ.

        Returns:
            Columns ``link`` (see ``fact_links.sql``), ``is_correction`` (1 where the earlier facts had a fact of that
            key) and ``load`` (the latest load that brought one of them; null where they are gone).
        """
        running = self._engine()
        try:
            known = [self._select(running, table, newer, file) for newer, file in self._grouped(table)]
            if not known:
                return running.fetch(_NOTHING)
            running.keep("fact_rows", " UNION ALL ".join(known))
            for name in ("changed_facts", "fact_links"):
                running.keep(name, explain_sql(name))
            return running.fetch("SELECT * FROM fact_links")
        finally:
            running.close()

    def _files(self, table: str) -> list[tuple[bool, FactFile]]:
        """The files that only one of the snapshots has, each with whether it is the newer one."""
        held = [{file.path: file for file in snapshot.fact_files(table)} for snapshot in (self._older, self._newer)]
        return [
            (bool(is_newer), file)
            for is_newer, files in enumerate(held)
            for path, file in files.items()
            if path not in held[1 - is_newer]
        ]

    def _grouped(self, table: str) -> list[tuple[bool, list[FactFile]]]:
        """The same files, together where they hold the rows of one load."""
        groups: dict[tuple[bool, int], list[FactFile]] = {}
        for is_newer, file in self._files(table):
            groups.setdefault((is_newer, file.rows_of), []).append(file)
        return [(is_newer, files) for (is_newer, _), files in groups.items()]

    def _select(self, running: Engine, table: str, is_newer: bool, files: list[FactFile]) -> str:  # noqa: FBT001
        """The rows of some files in one form: whose they are, what tells them apart, and what they say."""
        columns = self._newer.columns(table)
        name = f"facts_of_load_{files[0].rows_of}_{'newer' if is_newer else 'older'}"
        running.scan(name, [self._newer.folder / file.path for file in files], columns)
        joins, subscription, customer = self._owners(running, columns)
        if table == "activity":
            running.scan("known_users", self._newer.files("users"), self._newer.columns("users"))
            joins += " JOIN known_users u ON u.user_no = f.user_no"
        content = _together(list(columns))
        key = _together([TABLES[table].column(column).stored_name for column in TABLES[table].key]) or content
        return (
            f"SELECT {int(is_newer)} AS is_newer, {files[0].rows_of} AS load, {key} AS fact_key, {content} AS content, "
            f"{customer} AS customer_id, {subscription} AS subscription_id, "
            f"{_ITEMS.get(table, 'CAST(NULL AS VARCHAR)')} AS item, "
            f"{_MONTHS.get(table, 'CAST(NULL AS INTEGER)')} AS month FROM {name} f{joins}"
        )

    def _owners(self, running: Engine, columns: dict[str, str]) -> tuple[str, str, str]:
        """Joins from a fact to its subscription and customer, and their ids; those of the newer facts know all."""
        for table in ("subscriptions", "customers"):
            running.scan(f"known_{table}", self._newer.files(table), self._newer.columns(table))
        none = "CAST(NULL AS VARCHAR)"
        to_customer = " JOIN known_customers c ON c.customer_no = "
        if "subscription_no" in columns:
            join = " JOIN known_subscriptions s ON s.subscription_no = f.subscription_no"
            return f"{join}{to_customer}s.customer_no", "s.subscription_id", "c.customer_id"
        if "customer_no" in columns:
            return f"{to_customer}f.customer_no", none, "c.customer_id"
        return "", none, none


def _together(columns: list[str]) -> str:
    """SQL for several columns as one text."""
    return f" || {_SEPARATOR} || ".join(f"coalesce(CAST(f.{column} AS VARCHAR), '')" for column in columns)
