"""An edition opened for answering: its manifest, its dimensions, and the cells of its months when asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
import pyarrow as pa

from partnerlens.answer.cells import Bools, CellTable, SetMembers
from partnerlens.answer.columns import Columns, MonthTable, read_columns
from partnerlens.answer.kernels import kernels
from partnerlens.answer.postings import Postings
from partnerlens.answer.ranked import Ordered, ranked_peers
from partnerlens.answer.selection import Selection
from partnerlens.answer.values import PARTS, Sums, table_sums
from partnerlens.errors import NotFoundError, did_you_mean
from partnerlens.garbage import put_aside
from partnerlens.model.edition import Manifest, TableEntry
from partnerlens.model.metric import MetricId
from partnerlens.model.result import Filter
from partnerlens.months import WINDOW_MONTHS, Month, window
from partnerlens.store.result_files import ResultFiles

HISTORY_SHORT = "history_short"
"""The flag of a value whose window, with its predecessor, reaches back before the first month of facts."""

MANY_PARTNERS = 2_000
"""From so many partners on, Python's search for unused objects is kept away from them."""


@dataclass(frozen=True)
class Partner:
    """
    A partner as an edition knows it.

    Attributes:
        id: the partner's id.
        name: its name.
        country: where it is.
        account: the account that it is a location of; None for an account.
    """

    id: str
    name: str
    country: str
    account: str | None


@dataclass(frozen=True)
class MonthCells:
    """
    The cells of all partners in one month.

    Attributes:
        owners: how many partners there are.
        tables: the cells by part; parts without cells are left out.
    """

    owners: int
    tables: Mapping[str, CellTable]

    def table(self, part: str) -> CellTable | None:
        """Return the cells of a part; None when the month has none."""
        return self.tables.get(part)

    @property
    def size_bytes(self) -> int:
        """How much memory the cells take."""
        return sum(table.rows.size_bytes for table in self.tables.values())

    def members(self, part: str) -> SetMembers | None:
        """Return the members of a part's sets; None for a part without."""
        table = self.tables.get(part)
        return None if table is None else table.members

    def sums(self, selection: Selection) -> Sums:
        """Return every measure under a filter, for each partner."""
        return table_sums(self, selection)

    def peers(
        self,
        selection: Selection,
        compared: Bools,
        *,
        at_cuts: bool,  # noqa: ARG002 (all places are found)
    ) -> dict[MetricId, Ordered]:
        """
        Return the values of each metric that are compared under a filter, in order.

        Args:
            selection: the filter.
            compared: the partners that are compared when they have credit.
            at_cuts: whether values are asked for where the bands of quartiles meet, and no others.
        """
        return ranked_peers(self.sums(selection), compared)


class PartnerCells:
    """
    The cells of one partner in one month or several, each owned by its month.

    Args:
        columns: the cells of all partners by part.
        partner: the partner's position in them.
        first: the first month, counted from 0.
        last: the last month.
    """

    def __init__(self, columns: Mapping[str, Columns], partner: int, first: int, last: int) -> None:
        """Remember what to cut out."""
        self._columns = columns
        self._partner = partner
        self._first = first
        self._last = last

    @property
    def owners(self) -> int:
        """How many months there are."""
        return self._last - self._first + 1

    def month(self, place: int) -> "PartnerCells":
        """Return the cells of one of the months, counted from 0."""
        return PartnerCells(self._columns, self._partner, self._first + place, self._first + place)

    def table(self, part: str) -> CellTable | None:
        """Return the cells of a part; None when no month has any."""
        columns = self._columns.get(part)
        return None if columns is None else columns.of_partner(self._partner, self._first, self._last)

    def sums(self, selection: Selection) -> Sums:
        """Return every measure under a filter, for each month."""
        return table_sums(self, selection)


class OpenEdition:
    """
    An edition that answers.

    Args:
        number: the edition's number.
        manifest: what it holds.
        files: where its tables are.
        resident: keep the cells of all its months in memory once read, and use compiled loops, for many questions;
            otherwise the months before the data month are read for one partner at a time, for few.
    """

    def __init__(self, number: int, manifest: Manifest, files: ResultFiles, *, resident: bool = True) -> None:
        """Read the dimensions; cells are read when asked for."""
        self.number = number
        self.manifest = manifest
        self._files = files
        self._resident = resident
        partners = files.read(manifest.dimensions["partners"].digest)
        self.partners = tuple(Partner(*row.values()) for row in partners.to_pylist())
        self.positions = {partner.id: index for index, partner in enumerate(self.partners)}
        self._kernels = kernels() if resident else None
        self._lock = Lock()
        self._cells: MonthCells | Postings | None = None
        self._columns: dict[str, Columns] | None = None

    @property
    def month(self) -> Month:
        """The data month."""
        return self.manifest.data_month

    @cached_property
    def is_account(self) -> Bools:
        """Which partners are accounts: only these are compared (decisions.md 1, "Accounts and locations")."""
        return np.array([partner.account is None for partner in self.partners], np.bool_)

    @cached_property
    def workloads_of(self) -> dict[str, frozenset[str]]:
        """The workloads of each product."""
        products = self._dimension("products")
        return {row["product_id"]: frozenset(row["workloads"].split(";")) for row in products.to_pylist()}

    @cached_property
    def product_names(self) -> dict[str, str]:
        """The name of each product."""
        return {row["product_id"]: row["name"] for row in self._dimension("products").to_pylist()}

    @cached_property
    def _products_named(self) -> dict[str, set[str]]:
        """The products of each name, in small letters."""
        by_name: dict[str, set[str]] = {}
        for product, name in self.product_names.items():
            by_name.setdefault(name.casefold(), set()).add(product)
        return by_name

    @cached_property
    def countries(self) -> frozenset[str]:
        """The locations of customers and of certified people."""
        return frozenset(self._dimension("countries")["country"].to_pylist())

    @cached_property
    def workloads(self) -> frozenset[str]:
        """All workloads: of products, of activity in the window, and those with exam lists."""
        members = self.cells().members("users")
        used = {workload for _, workload in members.members} if members else set()
        return frozenset(self.manifest.listed_workloads).union(used, *self.workloads_of.values())

    def position(self, partner_id: str) -> int:
        """
        Return the position of a partner.

        Raises:
            NotFoundError: the edition knows no such partner; near ids are suggested.
        """
        if partner_id not in self.positions:
            raise NotFoundError(
                f"there is no partner '{partner_id}' in edition {self.number} ({self.month})",
                did_you_mean(partner_id, self.positions) or "list the partners with 'partnerlens values revenue'",
            )
        return self.positions[partner_id]

    def checked(self, asked: Filter) -> Filter:
        """
        Return a filter whose values all exist.

        A product may be named by its name instead of its id, which stands for all products of that name.

        Raises:
            NotFoundError: values that the edition does not know, all of them, with near names.
        """
        products = set().union(
            *(
                {product} if product in self.product_names else self._products_named.get(product.casefold(), {product})
                for product in asked.products
            )
        )
        countries = {country.upper() for country in asked.countries}
        known = products <= self.product_names.keys() and asked.workloads <= self.workloads
        if known and countries <= self.countries:
            return Filter(frozenset(products), asked.workloads, frozenset(countries))
        faults = [
            *_unknown(
                "product", products, [*self.product_names, *self.product_names.values()], set(self.product_names)
            ),
            *_unknown("workload", asked.workloads, sorted(self.workloads), self.workloads),
            *_unknown("country", countries, sorted(self.countries), self.countries),
        ]
        raise NotFoundError("\n".join(faults))

    def cells(self) -> MonthCells | Postings:
        """Return the cells of all partners in the data month, from memory once they are read."""
        with self._lock:
            if self._cells is None:
                owners = len(self.positions)
                if self._kernels is None:
                    self._cells = MonthCells(owners, dict(self._month_tables()))
                else:
                    self._cells = Postings(owners, self._month_tables(), self._kernels)
                    self._cells.peers(Selection(Filter(), self.workloads_of), self.is_account, at_cuts=True)
                self._settle()
            return self._cells

    def _month_tables(self) -> Iterator[tuple[str, CellTable]]:
        """The tables of the data month by part, one after the other so that only one is in memory twice."""
        for part in self._parts([self.month]):
            columns = read_columns([self._table(self.month, part, None)], self.positions)
            if columns is not None:
                yield part, columns.grouped()

    def trail(self, partner: int) -> PartnerCells:
        """Return the cells of one partner in the twelve months that end with the data month, oldest first."""
        if not self._resident:
            identifier = self.partners[partner].id
            return PartnerCells(self._trail_columns(identifier), 0, 0, WINDOW_MONTHS - 1)
        with self._lock:
            if self._columns is None:
                self._columns = self._trail_columns(None)
                self._settle()
        return PartnerCells(self._columns, partner, 0, WINDOW_MONTHS - 1)

    def held(self, partner: int) -> dict[str, set[str]]:
        """Return what a partner has any cell of in the data month: ``product_id``, ``workload`` and ``country``."""
        cells = self.trail(partner).month(WINDOW_MONTHS - 1)
        found: dict[str, set[str]] = {"product_id": set(), "workload": set(), "country": set()}
        for part in self._parts([self.month]):
            table = cells.table(part)
            if table is None:
                continue
            for name, labels in table.labels.items():
                found[name].update(labels.texts[code] for code in np.unique(labels.codes))
            if (members := table.members) is None:
                continue
            for codes in table.sets.values():
                for member in members.held(codes):
                    for name, text in zip(members.names, member, strict=True):
                        found[name].add(text)
        return found

    def partner_months(self, partner: int) -> dict[Month, PartnerCells]:
        """Return the cells of one partner by month, for the twelve months that end with the data month."""
        trail = self.trail(partner)
        return {month: trail.month(place) for place, month in enumerate(window(self.month))}

    def _trail_columns(self, partner_id: str | None) -> dict[str, Columns]:
        months = window(self.month)
        positions = self.positions if partner_id is None else {partner_id: 0}
        found = {}
        # One part after the other, so that the months of one part alone are in memory twice.
        for part in self._parts(months):
            columns = read_columns([self._table(month, part, partner_id) for month in months], positions)
            if columns is not None:
                found[part] = columns
        return found

    def _settle(self) -> None:
        """
        Let Python's search for unused objects pass over all that is there, when there is much of it.

        The search stops every thread, and among a hundred thousand objects for a tenth of a second. The partners of an
        edition, and what was imported to read it, live long.
        """
        if self._resident and len(self.partners) >= MANY_PARTNERS:
            put_aside()

    def _parts(self, months: list[Month]) -> list[str]:
        return sorted({part for month in months for part in self._entries(month) if part in PARTS})

    def _table(self, month: Month, part: str, partner_id: str | None) -> MonthTable | None:
        entries = self._entries(month)
        if part not in entries:
            return None
        sets = entries.get(f"{part}_sets")
        return MonthTable(
            self._files.read(entries[part].digest, partner_id=partner_id),
            None if sets is None else self._files.read(sets.digest),
        )

    @property
    def size_bytes(self) -> int:
        """How much memory the cells take that are read so far."""
        with self._lock:
            columns, cells = self._columns or {}, self._cells
        return sum(part.size_bytes for part in columns.values()) + (0 if cells is None else cells.size_bytes)

    def is_short(self, month: Month, history_months: int) -> bool:
        """Whether a value of a month would need a month before the first month of facts (``history_short``)."""
        if not history_months:
            return False
        first = self._first_month
        return first is None or month - history_months < first

    def flags(self, month: Month, history_months: int) -> tuple[str, ...]:
        """
        Return what limits a value of a month.

        Args:
            month: the data month of the value.
            history_months: how many months before it the value reads.
        """
        short = (HISTORY_SHORT,) if self.is_short(month, history_months) else ()
        return (*short, *self.manifest.flags)

    def tables(self, name: str, partner_id: str | None = None) -> dict[Month, pa.Table]:
        """
        Return the tables of a name in each month that has one, such as the series of a scorecard.

        Args:
            name: the table's name in the manifest.
            partner_id: read the rows of this partner alone; None for all.
        """
        return {
            Month.parse(month): self._files.read(entries[name].digest, partner_id=partner_id)
            for month, entries in self.manifest.months.items()
            if name in entries
        }

    @cached_property
    def _first_month(self) -> Month | None:
        return self.manifest.first_month

    def _entries(self, month: Month) -> dict[str, TableEntry]:
        return self.manifest.months.get(str(month), {})

    def _dimension(self, name: str) -> pa.Table:
        return self._files.read(self.manifest.dimensions[name].digest)


def _unknown(
    what: str, asked: set[str] | frozenset[str], near: list[str], known: set[str] | frozenset[str]
) -> list[str]:
    faults = []
    for value in sorted(asked - known):
        hint = did_you_mean(value, near)
        faults.append(f"there is no {what} '{value}' in the data" + (f"; {hint}" if hint else ""))
    return faults
