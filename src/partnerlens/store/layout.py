"""Where everything of the store lies on disk, and which columns its Parquet files have."""

from dataclasses import dataclass
from pathlib import Path

from partnerlens.model.facts import TABLES
from partnerlens.months import Month

INTERNAL_TABLES: dict[str, dict[str, str]] = {
    "users": {"user_no": "BIGINT", "customer_no": "BIGINT", "user_id": "VARCHAR"},
    "workloads": {"workload_no": "BIGINT", "workload": "VARCHAR"},
}
"""
The two dimensions that the store keeps for itself, with their columns and SQL types.

``user_no`` is unique over the whole store: a user belongs to one customer.
"""

INTERNAL_SORT: dict[str, tuple[str, ...]] = {"users": ("user_no",), "workloads": ("workload_no",)}


def stored_columns(table: str) -> dict[str, str]:
    """
    Return the columns of a table's Parquet files with their SQL types, the number column of a dimension first.

    Raises:
        KeyError: there is no such table.

    >>> stored_columns("exchange_rates")
    {'month': 'INTEGER', 'currency': 'VARCHAR', 'rate': 'DECIMAL(19,12)'}
    >>> list(stored_columns("partners"))[:2]
    ['partner_no', 'partner_id']
    """
    if table in INTERNAL_TABLES:
        return dict(INTERNAL_TABLES[table])
    contract = TABLES[table]
    columns = {contract.number: "BIGINT"} if contract.number else {}
    return columns | {column.stored_name: column.stored_type for column in contract.columns}


def sort_order(table: str) -> tuple[str, ...]:
    """Return the stored columns by which each file of a table is sorted; by the number or the key when none are set."""
    if table in INTERNAL_SORT:
        return INTERNAL_SORT[table]
    contract = TABLES[table]
    if contract.sort:
        return contract.sort
    if contract.number:
        return (contract.number,)
    return tuple(contract.column(name).stored_name for name in contract.key)


@dataclass(frozen=True)
class Layout:
    """
    The folders and files of a store.

    Attributes:
        home: the workspace.
        elsewhere: the folder outside it that holds the facts; None when they are inside.
    """

    home: Path
    elsewhere: Path | None = None

    @property
    def root(self) -> Path:
        """The folder that holds the store."""
        return self.home / "store"

    @property
    def ledger(self) -> Path:
        """The SQLite file that says which facts hold."""
        return self.root / "ledger.sqlite"

    @property
    def facts(self) -> Path:
        """The folder of the Parquet files."""
        return (self.elsewhere or self.root) / "facts"

    @property
    def owner(self) -> Path:
        """The text file beside facts kept elsewhere that says which store they belong to."""
        return (self.elsewhere or self.root) / "facts-owner.txt"

    @property
    def staging(self) -> Path:
        """The folder in which files are written before they are renamed into place; emptied before each write."""
        # On the disk of the facts, so that a file gets its name without being copied.
        return (self.elsewhere or self.root) / "staging"

    @property
    def scratch(self) -> Path:
        """The folder of what a build on a cluster keeps meanwhile; emptied before and after each build."""
        # Beside the facts, since these are what executors reach.
        return (self.elsewhere or self.root) / "scratch"

    @property
    def use(self) -> Path:
        """The file of months of use, which a build keeps for the next; without it more facts are read."""
        return self.root / "use.arrow"

    @property
    def lock(self) -> Path:
        """The file that a writer locks."""
        return self.root / ".lock"

    @property
    def lock_holder(self) -> Path:
        """The text file in which a writer says who it is."""
        return self.root / ".lock-holder"


def fact_folder(table: str, month: Month | None) -> Path:
    """
    Return the folder of a table's files for a month, relative to the folder of facts.

    >>> str(fact_folder("seats", Month.parse("2026-06")))
    'seats/month=2026-06'
    >>> str(fact_folder("partners", None))
    'partners/all'
    """
    return Path(table) / ("all" if month is None else f"month={month}")
