"""A filter held against the cells of a month: which rows it keeps (decisions.md 1, "credit, then filter")."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from partnerlens.answer.cells import Bools, CellTable, Labels, SetMembers
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

    @property
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

    def takes_list(self, workload: str) -> bool:
        """Whether the exam list of a workload is selected."""
        return self.list_workloads is None or workload in self.list_workloads

    def rows(self, cells: CellTable) -> Bools:
        """Return which rows of a table by product and country are kept."""
        keep = self._in_countries(cells)
        if self.filter.products or self.filter.workloads:
            label = cells.labels["product_id"]
            keep = keep & _each(label, [self.takes_product(product) for product in label.texts])
        return keep[cells.groups]

    def adds(self, cells: CellTable, members: SetMembers) -> Bools:
        """Return which rows of customer changes are adds: no product of the filter before, one after."""
        hit = self.products_hit(members)
        keep = self._in_countries(cells) & ~hit[cells.sets["before"]] & hit[cells.sets["after"]]
        return keep[cells.groups]

    def users(self, cells: CellTable, members: SetMembers) -> Bools:
        """Return which rows of users are kept: those who used a pair of the filter."""
        keep = self._in_countries(cells) & self.pairs_hit(members)[cells.sets["used"]]
        return keep[cells.groups]

    def people(self, cells: CellTable, members: SetMembers) -> Bools:
        """Return which rows of people are kept: those on a selected exam list."""
        keep = self._in_countries(cells) & self.lists_hit(members)[cells.sets["lists"]]
        return keep[cells.groups]

    def _in_countries(self, cells: CellTable) -> Bools:
        label = cells.labels["country"]
        if not self.filter.countries:
            return np.ones(len(label.codes), np.bool_)
        return _each(label, [country in self.filter.countries for country in label.texts])

    def products_hit(self, sets: SetMembers) -> Bools:
        """Return which sets of products hold a product that is kept."""
        return sets.hit([self.takes_product(product) for (product,) in sets.members])

    def pairs_hit(self, sets: SetMembers) -> Bools:
        """Return which sets of product and workload hold a pair that is kept: both have to match."""
        products, workloads = self.filter.products, self.filter.workloads
        return sets.hit(
            [
                (not products or product in products) and (not workloads or workload in workloads)
                for product, workload in sets.members
            ]
        )

    def lists_hit(self, sets: SetMembers) -> Bools:
        """Return which sets of exam lists hold a list that is selected."""
        return sets.hit([self.takes_list(workload) for (workload,) in sets.members])


def _each(label: Labels, kept: list[bool]) -> Bools:
    """Whether each entry is kept, given whether each of its texts is."""
    return np.array(kept, np.bool_)[label.codes]
