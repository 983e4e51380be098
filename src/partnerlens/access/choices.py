"""What a partner's filters can hold: the products, workloads and customer locations that it has something in."""

from dataclasses import dataclass

from partnerlens.answer.edition import OpenEdition


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
