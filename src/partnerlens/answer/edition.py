"""An edition opened for answering: its manifest, its dimensions, and the cells of its months when asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from partnerlens.answer.cells import Bools, CellTable, cell_table
from partnerlens.errors import NotFoundError, did_you_mean
from partnerlens.model.edition import Manifest, TableEntry
from partnerlens.model.result import Filter
from partnerlens.months import Month, window
from partnerlens.store.result_files import ResultFiles


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


class Cells:
    """
    The cells of one month of an edition, each part read when it is first asked for.

    Args:
        files: where result tables are.
        entries: the month's tables; empty for a month before the first facts.
        positions: the position of each partner id.
        only: read the rows of this partner alone; None for all.
    """

    def __init__(
        self, files: ResultFiles, entries: Mapping[str, TableEntry], positions: Mapping[str, int], only: str | None
    ) -> None:
        """Remember what to read."""
        self._files = files
        self._entries = entries
        self._positions = positions
        self._only = only
        self._tables: dict[str, CellTable] = {}

    @property
    def partners(self) -> int:
        """How many partners values are given for."""
        return 1 if self._only else len(self._positions)

    def table(self, part: str) -> CellTable | None:
        """Return the cells of a part; None when the month has none."""
        if part not in self._entries:
            return None
        if part not in self._tables:
            self._tables[part] = self._read(part)
        return self._tables[part]

    def _read(self, part: str) -> CellTable:
        positions = {self._only: 0} if self._only else self._positions
        cells = self._files.read(self._entries[part].digest, partner_id=self._only)
        sets = self._entries.get(f"{part}_sets")
        return cell_table(cells, self._files.read(sets.digest) if sets else None, positions, self.partners)


class OnePartner:
    """
    The cells of one partner, cut out of the cells of all.

    Args:
        cells: the month's cells in memory.
        partner: the partner's position.
    """

    partners = 1

    def __init__(self, cells: Cells, partner: int) -> None:
        """Remember what to cut."""
        self._cells = cells
        self._partner = partner

    def table(self, part: str) -> CellTable | None:
        """Return the partner's cells of a part; None when the month has none."""
        table = self._cells.table(part)
        return None if table is None else table.of_partner(self._partner)


class OpenEdition:
    """
    An edition that answers.

    Args:
        number: the edition's number.
        manifest: what it holds.
        files: where its tables are.
        resident: keep the cells of all its months in memory once read, for many questions; otherwise the months
            before the data month are read for one partner at a time, for few.
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
        self._months: dict[Month, Cells] = {}

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
    def countries(self) -> frozenset[str]:
        """The locations of customers and of certified people."""
        return frozenset(self._dimension("countries")["country"].to_pylist())

    @cached_property
    def workloads(self) -> frozenset[str]:
        """All workloads: of products, of activity in the window, and those with exam lists."""
        table = self.cells(self.month).table("users")
        used = {workload for _, workload in table.members.members} if table and table.members else set()
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
        by_name: dict[str, set[str]] = {}
        for product, name in self.product_names.items():
            by_name.setdefault(name.casefold(), set()).add(product)
        products = set().union(
            *(
                {product} if product in self.product_names else by_name.get(product.casefold(), {product})
                for product in asked.products
            )
        )
        countries = {country.upper() for country in asked.countries}
        faults = [
            *_unknown(
                "product", products, [*self.product_names, *self.product_names.values()], set(self.product_names)
            ),
            *_unknown("workload", asked.workloads, sorted(self.workloads), self.workloads),
            *_unknown("country", countries, sorted(self.countries), self.countries),
        ]
        if faults:
            raise NotFoundError("\n".join(faults))
        return Filter(frozenset(products), asked.workloads, frozenset(countries))

    def cells(self, month: Month) -> Cells:
        """Return the cells of all partners for one of the edition's months."""
        if month not in self._months:
            self._months[month] = Cells(self._files, self._entries(month), self.positions, None)
        return self._months[month]

    def partner_months(self, partner: int) -> dict[Month, OnePartner | Cells]:
        """Return the cells of one partner for the twelve months that end with the data month, oldest first."""
        months: dict[Month, OnePartner | Cells] = {}
        for month in window(self.month):
            if self._resident or month == self.month:
                months[month] = OnePartner(self.cells(month), partner)
            else:
                only = self.partners[partner].id
                months[month] = Cells(self._files, self._entries(month), self.positions, only)
        return months

    def is_short(self, month: Month, history_months: int) -> bool:
        """Whether a value of a month would need a month before the first month of facts (``history_short``)."""
        if not history_months:
            return False
        first = self.manifest.first_month
        return first is None or month - history_months < first

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
