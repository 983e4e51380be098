"""What the ledger holds, as frozen records."""

from dataclasses import dataclass
from datetime import datetime

from partnerlens.months import Month

OWN_CUSTOMERS, RESELLERS = "own_customers", "resellers"
"""Whose rows a file may show: those of one partner's customers, or those of a distributor's resellers too."""


@dataclass(frozen=True)
class Balance:
    """
    What became of the rows of one table in one load; the four outcomes add up to ``rows_in``.

    Attributes:
        table: the fact table.
        rows_in: rows read for the table.
        loaded: rows that are new in the store.
        duplicate: rows that the store, or an earlier row of the file, already held word for word.
        replaced: rows whose key was held with other content: corrections, and rows overtaken by a later one.
        quarantined: rows that were rejected and not released since.
    """

    table: str
    rows_in: int
    loaded: int
    duplicate: int
    replaced: int
    quarantined: int

    def __post_init__(self) -> None:
        """Refuse a balance in which a row is lost or counted twice."""
        if self.rows_in != self.loaded + self.duplicate + self.replaced + self.quarantined:
            raise ValueError(f"the rows of {self.table} do not balance: {self}")


@dataclass(frozen=True)
class Touch:
    """
    Months of a table whose facts changed, so that results that read them are out of date.

    Attributes:
        table: the fact table.
        first: the first month.
        last: the last month, included; None for every later month.
    """

    table: str
    first: Month
    last: Month | None


@dataclass(frozen=True)
class Load:
    """
    One load of one file.

    Attributes:
        id: its number, from 1.
        file: the file's name.
        content_digest: sha256 of the file, in hexadecimal.
        mapping_digest: digest of the mapping, or of the table's name.
        started_at: when it began, UTC.
        finished_at: when it was committed, UTC.
        balances: one for each table, in the order of their names.
        shows: whose rows the file shows: ``own_customers``, ``resellers``; None where its mapping does not say it.
    """

    id: int
    file: str
    content_digest: str
    mapping_digest: str
    started_at: datetime
    finished_at: datetime
    balances: tuple[Balance, ...]
    shows: str | None = None


@dataclass(frozen=True)
class FactFile:
    """
    One Parquet file of facts.

    Attributes:
        id: its number in the ledger; 0 before it has one.
        table: the fact table, or an internal one.
        month: the month of its rows; None where the table has one part.
        path: relative to the folder of facts.
        rows: number of rows.
        size_bytes: size on disk.
        sha256: of its bytes, in hexadecimal.
        rows_of: the load that its rows stem from, also when a correction rewrote the file.
    """

    id: int
    table: str
    month: Month | None
    path: str
    rows: int
    size_bytes: int
    sha256: str
    rows_of: int


@dataclass(frozen=True)
class Rejection:
    """
    One fault of a quarantined row; a row with several faults has several, with one ``ordinal``.

    Attributes:
        load: the load that rejected the row.
        table: the fact table it was meant for.
        ordinal: numbers the rejected rows of that load and table, from 1.
        file: the file's name.
        line: the line of the file on which the row starts, from 1; None when unknown.
        column: the column at fault; None for the row as a whole.
        value: the value found, cut to 200 characters; None when empty.
        rule: the rule's code, such as ``not_a_date``.
        problem: what is wrong, in words.
        remedy: what to do about it.
        row: the row's texts by column, as a JSON object.
        is_waiting: whether the row is tried again after each load, because it only lacks a reference or a rate.
        released_by: the load in which the row left the quarantine; None while it is in it.
    """

    load: int
    table: str
    ordinal: int
    file: str
    line: int | None
    column: str | None
    value: str | None
    rule: str
    problem: str
    remedy: str
    row: str
    is_waiting: bool
    released_by: int | None = None


@dataclass(frozen=True)
class Mismatch:
    """
    A figure of a file that does not follow from its parts; it is kept as the file has it.

    Attributes:
        load: the load that read it.
        file: the file's name.
        line: the line of the file on which the row starts, from 1; None when unknown.
        column: the column of the file that holds the figure.
        value: the figure, as written.
        computed: what the formula gives, as a decimal.
        formula: the formula, over the file's columns.
    """

    load: int
    file: str
    line: int | None
    column: str
    value: str
    computed: str
    formula: str


@dataclass(frozen=True)
class WaitingRow:
    """
    A quarantined row that is tried again.

    Attributes:
        load: the load that rejected it.
        ordinal: its number among that load's rejected rows of the table.
        line: the line on which it starts; None when unknown.
        row: its texts by column, as a JSON object.
    """

    load: int
    ordinal: int
    line: int | None
    row: str


@dataclass(frozen=True)
class Result:
    """
    One computed part of a month, kept under a key that says what it was computed from.

    Attributes:
        key: digest of everything that the result depends on.
        part: the part's name.
        month: the data month.
        digest: digest of the result's bytes.
        rows: number of rows.
        size_bytes: size on disk.
    """

    key: str
    part: str
    month: Month
    digest: str
    rows: int
    size_bytes: int


@dataclass(frozen=True)
class Edition:
    """
    One immutable result of a month.

    Attributes:
        number: from 1, over all months.
        month: the data month.
        digest: digest of its manifest and results.
        built_at: when it was made, UTC.
        manifest: what it consists of and was made from, as JSON text.
    """

    number: int
    month: Month
    digest: str
    built_at: datetime
    manifest: str


@dataclass(frozen=True)
class Publication:
    """
    One act of pointing readers of a month at an edition.

    Attributes:
        id: numbers the publications, from 1.
        month: the data month.
        edition: the edition's number.
        published_at: when, UTC.
    """

    id: int
    month: Month
    edition: int
    published_at: datetime
