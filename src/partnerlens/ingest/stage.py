"""What the steps of a load share: the engine, the state before the load, and what became of the rows so far."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.model.facts import Table
from partnerlens.store import FactFile, Snapshot, Touch, Writer


@dataclass(frozen=True)
class LoadSettings:
    """
    The program's settings that reading facts depends on.

    Attributes:
        reporting_currency: lines in it need no exchange rate (ISO 4217).
        time_zone: the zone that decides on which day a time lies.
    """

    reporting_currency: str = "USD"
    time_zone: str = "UTC"


@dataclass
class Stage:
    """
    One load at work.

    Attributes:
        engine: holds the rows.
        snapshot: the facts before the load.
        writer: where files are staged; knows the load's number.
        settings: how facts are read.
        yielding: tables of which some rows change nothing that the store holds already.
        arrived: tables that got rows that were not there before, so that waiting rows may now fit.
        outcomes: how many rows of a table and load had which outcome.
        added: staged files.
        removed: ledger numbers of files that no longer hold.
        touches: months whose facts changed.
        released: for each table and earlier load the ordinals that leave the quarantine.
        remarks: what a reader of the results should know of the file, in sentences.
        is_export: whether the file is an export that says whose rows it shows.
    """

    engine: DuckDBEngine
    snapshot: Snapshot
    writer: Writer
    settings: LoadSettings
    yielding: frozenset[str] = frozenset()
    arrived: set[str] = field(default_factory=set)
    outcomes: dict[tuple[str, int], Counter[str]] = field(default_factory=dict)
    added: list[FactFile] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    released: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    is_export: bool = False

    @property
    def load(self) -> int:
        """The load's number."""
        return self.writer.load

    def count(self, table: Table, rows: Iterable[tuple[int, str, int]]) -> None:
        """Add numbers of rows, given as load, outcome and number."""
        for origin, outcome, number in rows:
            self.outcomes.setdefault((table.name, origin), Counter())[outcome] += number

    def scalar(self, select: str) -> int:
        """Return the one number of a SELECT; 0 for null."""
        return int(self.engine.rows(select)[0][0] or 0)


def listed(names: Iterable[str], relation: str = "") -> str:
    """
    Return column names as SQL.

    >>> listed(["a", "b"], "r")
    'r."a", r."b"'
    """
    start = f"{relation}." if relation else ""
    return ", ".join(f'{start}"{name}"' for name in names)


def equal(names: Iterable[str], left: str, right: str) -> str:
    """Return the SQL condition that columns of two relations are equal, null being equal to null."""
    return " AND ".join(f'{left}."{name}" IS NOT DISTINCT FROM {right}."{name}"' for name in names) or "true"
