"""Editions: the immutable, numbered results of a data month (decisions.md 7)."""

import hashlib
from datetime import datetime

from pydantic import Field

from partnerlens.definition import Definition
from partnerlens.months import Month

MANIFEST_FORMAT = 1

VISIBLE_CUSTOMERS_ONLY = "visible_customers_only"
"""The flag of results, and the reason to withhold a benchmark, where the facts are one partner's own exports."""


class TableEntry(Definition):
    """
    One result table of an edition.

    Attributes:
        digest: SHA-256 of the Parquet file's bytes; also its name.
        rows: number of rows.
        size_bytes: size of the file.
    """

    digest: str
    rows: int
    size_bytes: int


class Manifest(Definition):
    """
    What an edition holds and what it rests on.

    Attributes:
        format: version of this form.
        month: the data month.
        code: digest of the code and SQL that turn facts into cells.
        version: the version of Partnerlens that built it.
        rule_sets: digest of each rule set applied, by name.
        definitions: the rule sets themselves as JSON, by the same names, so that a month can be computed again with
            the rules of its time; empty in editions of versions before scores.
        last_load: the latest load that the store held; with the rules it fixes the edition. None without loads, and in
            editions of versions before scores.
        parameters: the program's settings that change results, as text; ``visible_customers_only`` stands here where it
            holds.
        loads: the loads whose facts the results read: number and content digest.
        facts: for each table of monthly facts, a digest over the digests of its files within reach.
        facts_from: the first month of facts; None when there are no seats.
        listed_workloads: the workloads that have exam lists.
        data_as_of: when the latest load finished that the store held (ISO 8601, UTC); None without loads.
        dimensions: the tables of partners, products and countries as they stood.
        months: the result tables by month and name: of the twelve months that end with the data month, and the
            series of scorecards (``score ID``) of the month before these as well.
    """

    format: int = MANIFEST_FORMAT
    month: str
    code: str
    version: str
    rule_sets: dict[str, str]
    definitions: dict[str, str] = Field(default_factory=dict)
    last_load: int | None = None
    parameters: dict[str, str]
    loads: tuple[tuple[int, str], ...]
    facts: dict[str, str]
    facts_from: str | None
    listed_workloads: tuple[str, ...]
    data_as_of: datetime | None
    dimensions: dict[str, TableEntry]
    months: dict[str, dict[str, TableEntry]]

    @property
    def data_month(self) -> Month:
        """The data month."""
        return Month.parse(self.month)

    @property
    def first_month(self) -> Month | None:
        """The first month of facts; None when there are no seats."""
        return Month.parse(self.facts_from) if self.facts_from else None

    @property
    def visible_customers_only(self) -> bool:
        """Whether the facts come from exports of one partner, which show its own customers alone."""
        return VISIBLE_CUSTOMERS_ONLY in self.parameters

    @property
    def flags(self) -> tuple[str, ...]:
        """What limits everything that the edition says: ``visible_customers_only``, or nothing."""
        return (VISIBLE_CUSTOMERS_ONLY,) if self.visible_customers_only else ()

    @property
    def digest(self) -> str:
        """SHA-256 of all but when it was loaded: two builds of one digest say the same, and rest on the same."""
        return hashlib.sha256(self.model_dump_json(exclude={"data_as_of", "last_load"}).encode()).hexdigest()

    @property
    def scorecards(self) -> list[str]:
        """The ids of the scorecards that the edition holds."""
        prefix = "scorecard "
        return [name.removeprefix(prefix) for name in self.definitions if name.startswith(prefix)]
