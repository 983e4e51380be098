"""Which products a scorecard takes, and what a user of one is worth."""

from collections.abc import Mapping
from decimal import Decimal

from partnerlens.model.scorecard import ProductList


def is_listed(product: Mapping[str, str], listed: ProductList) -> bool:
    """Whether a product (``product_id``, ``name``, ``family``) is in a product list; case does not matter."""
    name = product["name"].casefold()
    if name in {text.casefold() for text in listed.except_names}:
        return False
    return (
        product["family"].casefold() in {text.casefold() for text in listed.families}
        or name in {text.casefold() for text in listed.names}
        or product["product_id"].casefold() in {text.casefold() for text in listed.ids}
    )


def rate_of(product: Mapping[str, str], rates: Mapping[str, Decimal]) -> Decimal:
    """Return a product's rate: by its name, else its family, else the first listed of its workloads, else 0."""
    by_name = {key.casefold(): rate for key, rate in rates.items()}
    for text in (product["name"], product["family"]):
        if text.casefold() in by_name:
            return by_name[text.casefold()]
    workloads = {workload.casefold() for workload in product["workloads"].split(";")}
    return next((rate for key, rate in by_name.items() if key in workloads), Decimal(0))
