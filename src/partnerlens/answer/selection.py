"""A filter held against the cells of a month: which groups it keeps (decisions.md 1, "credit, then filter")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from partnerlens.answer.cells import Bools, CellTable
from partnerlens.model.result import Filter


@dataclass(frozen=True)
class Selection:
    """
    A filter with the products' workloads at hand.

    Attributes:
        filter: what was asked.
        workloads_of: the workloads of each product.
    """

    filter: Filter
    workloads_of: Mapping[str, frozenset[str]]

    @cached_property
    def list_workloads(self) -> frozenset[str] | None:
        """
        The workloads whose exam lists are selected; None for every list.

        Products select their workloads; with both, the workloads in both count (decisions.md 2).
        """
        asked = self.filter
        if not asked.products:
            return asked.workloads or None
        chosen = frozenset().union(*(self.workloads_of.get(product, frozenset()) for product in asked.products))
        return chosen & asked.workloads if asked.workloads else chosen

    def takes_product(self, product: str) -> bool:
        """Whether facts of a subscription, instance or response of the product are kept."""
        asked = self.filter
        if asked.products and product not in asked.products:
            return False
        return not asked.workloads or bool(self.workloads_of.get(product, frozenset()) & asked.workloads)

    def takes_pair(self, product: str, workload: str) -> bool:
        """Whether use of a workload of a product is kept: both have to match."""
        asked = self.filter
        return (not asked.products or product in asked.products) and (
            not asked.workloads or workload in asked.workloads
        )

    def takes_list(self, workload: str) -> bool:
        """Whether the exam list of a workload is selected."""
        return self.list_workloads is None or workload in self.list_workloads

    def takes(self, part: str) -> Callable[..., bool]:
        """Return what tells of a member of a part's groups (a product, a pair, an exam list) whether it is kept."""
        match part:
            case "users":
                return self.takes_pair
            case "people":
                return self.takes_list
            case _:
                return self.takes_product

    def keep(self, part: str, cells: CellTable) -> Bools:
        """Return which groups of a part's table are kept."""
        if cells.members is None:
            return self._by_product(cells)
        wanted = cells.members.wanted([self.takes(part)(*member) for member in cells.members.members])
        keep = self._in_countries(cells) & cells.members.hit(wanted, cells.sets[cells.needed])
        return keep if cells.barred is None else keep & ~cells.members.hit(wanted, cells.sets[cells.barred])

    def takes_country(self, country: str) -> bool:
        """Whether what a country's customers, or a location's people, did is kept."""
        return not self.filter.countries or country in self.filter.countries

    def _by_product(self, cells: CellTable) -> Bools:
        keep = self._in_countries(cells)
        if "product_id" not in cells.labels:
            # A table of sets that has no set.
            return np.zeros(len(keep), np.bool_)
        if self.filter.products or self.filter.workloads:
            label = cells.labels["product_id"]
            keep = keep & self._kept_products(label.texts)[label.codes]
        return keep

    def _in_countries(self, cells: CellTable) -> Bools:
        label = cells.labels["country"]
        if not self.filter.countries:
            return np.ones(len(label.codes), np.bool_)
        return self._kept_countries(label.texts)[label.codes]

    def _kept_countries(self, texts: tuple[str, ...]) -> Bools:
        if texts not in self._held:
            self._held[texts] = np.array([country in self.filter.countries for country in texts], np.bool_)
        return self._held[texts]

    def _kept_products(self, texts: tuple[str, ...]) -> Bools:
        if texts not in self._held:
            self._held[texts] = np.array([self.takes_product(product) for product in texts], np.bool_)
        return self._held[texts]

    @cached_property
    def _held(self) -> dict[tuple[str, ...], Bools]:
        """What the filter keeps of some texts; most tables have the same."""
        return {}
