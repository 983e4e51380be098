"""What a partner's filters can hold: the products, workloads and customer locations that it has something in."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from partnerlens.answer.edition import OpenEdition

KEPT = 2_000
"""The choices of so many partners are kept of an edition, for as long as it is open."""


@dataclass(frozen=True)
class Choices:
    """
    The values of the three filters, each with something of the partner in the window.

    Attributes:
        products: id and name of each product, by name.
        workloads: names, sorted.
        countries: customer locations, sorted.
    """

    products: tuple[tuple[str, str], ...]
    workloads: tuple[str, ...]
    countries: tuple[str, ...]


def partner_choices(edition: OpenEdition, partner_id: str) -> Choices:
    """
    Return the filter values under which a partner has cells.

    Args:
        edition: the edition.
        partner_id: the partner; one that the edition knows.
    """
    with _LOCK:
        kept = _KEPT.setdefault(edition, OrderedDict())
        found = kept.get(partner_id)
    if found is None:
        found = _choices(edition, partner_id)
        with _LOCK:
            kept[partner_id] = found
            if len(kept) > KEPT:
                kept.popitem(last=False)
    return found


_KEPT: WeakKeyDictionary[OpenEdition, OrderedDict[str, Choices]] = WeakKeyDictionary()
_LOCK = Lock()


def _choices(edition: OpenEdition, partner_id: str) -> Choices:
    held = edition.held(edition.position(partner_id))
    known = edition.workloads_of
    own = held["workload"].union(*(known[product] for product in held["product_id"] if product in known))
    names = edition.product_names
    listed = [(product, names[product]) for product in held["product_id"] if product in names]
    return Choices(
        tuple(sorted(listed, key=lambda choice: (choice[1], choice[0]))),
        tuple(sorted(own)),
        tuple(sorted(held["country"])),
    )
