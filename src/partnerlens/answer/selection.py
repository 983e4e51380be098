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
        keep = self.countries(cells)
        label = cells.labels.get("product_id")
        if label is not None and (self.filter.products or self.filter.workloads):
            keep = keep & _each(label, [self.takes_product(product) for product in label.texts])
        return keep

    def countries(self, cells: CellTable) -> Bools:
        """Return which rows are kept by location."""
        label = cells.labels["country"]
        if not self.filter.countries:
            return np.ones(len(label.codes), np.bool_)
        return _each(label, [country in self.filter.countries for country in label.texts])

    def products_hit(self, members: SetMembers) -> Bools:
        """Return which sets of products hold a product that is kept."""
        label = members.members["product_id"]
        return members.hit(_each(label, [self.takes_product(product) for product in label.texts]))

    def pairs_hit(self, members: SetMembers) -> Bools:
        """Return which sets of product and workload hold a pair that is kept."""
        products, workloads = members.members["product_id"], members.members["workload"]
        by_product = _each(
            products, [not self.filter.products or text in self.filter.products for text in products.texts]
        )
        by_workload = _each(
            workloads, [not self.filter.workloads or text in self.filter.workloads for text in workloads.texts]
        )
        return members.hit(by_product & by_workload)

    def lists_hit(self, members: SetMembers) -> Bools:
        """Return which sets of exam lists hold a list that is selected."""
        label = members.members["workload"]
        return members.hit(_each(label, [self.takes_list(workload) for workload in label.texts]))


def _each(label: Labels, kept: list[bool]) -> Bools:
    """Whether each row is kept, given whether each of its texts is."""
    return np.array(kept, np.bool_)[label.codes]
