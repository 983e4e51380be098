"""The filter: which of the credited facts a question is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from oracle.world import Row, World, keyed


@dataclass(frozen=True)
class Filter:
    """Selected products, workloads and customer countries; an empty set selects all."""

    products: frozenset[str] = frozenset()
    workloads: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


def make_filter(products: Iterable[str] = (), workloads: Iterable[str] = (), countries: Iterable[str] = ()) -> Filter:
    """Return the filter that selects these values."""
    return Filter(frozenset(products), frozenset(workloads), frozenset(countries))


def workloads_of(product: Row) -> set[str]:
    """Return the workloads of a product row."""
    return {name for name in (product["workloads"] or "").split(";") if name}


def selects_product(world: World, chosen: Filter, product_id: str) -> bool:
    """Say whether facts that carry only a product match: it is selected and has a workload."""
    if chosen.products and product_id not in chosen.products:
        return False
    own = workloads_of(keyed(world, "products", "product_id")[product_id])
    return not chosen.workloads or bool(own & chosen.workloads)


def selects_activity(chosen: Filter, row: Row) -> bool:
    """Say whether an activity row matches by its product and by its own workload."""
    return (not chosen.products or row["product_id"] in chosen.products) and (
        not chosen.workloads or row["workload"] in chosen.workloads
    )


def selects_customer(world: World, chosen: Filter, customer_id: str) -> bool:
    """Say whether the customer's country is selected."""
    country = keyed(world, "customers", "customer_id")[customer_id]["country"]
    return not chosen.countries or country in chosen.countries


def selects_subscription(world: World, chosen: Filter, subscription: Row) -> bool:
    """Say whether a subscription matches by its product and its customer."""
    return selects_product(world, chosen, subscription["product_id"]) and selects_customer(
        world, chosen, subscription["customer_id"]
    )
