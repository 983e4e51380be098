"""One customer as a partner sees it: twelve months of seats, users and revenue, and the partner's associations."""

from dataclasses import dataclass
from decimal import Decimal

from partnerlens.adoption.adoption import Adoption
from partnerlens.months import Month


@dataclass(frozen=True)
class Standing:
    """
    An association of the partner, or of one of its locations, with a subscription of the customer.

    Attributes:
        partner_id: the partner, or the location.
        subscription_id: the subscription.
        product_id: its product.
        product_name: the product's name.
        licence_type: the subscription's licence type.
        type: the type of association, such as CPOR.
        claim: the claim of a CPOR association; None otherwise.
        months: the months at whose end it holds, of the twelve that end with the data month.
    """

    partner_id: str
    subscription_id: str
    product_id: str
    product_name: str
    licence_type: str
    type: str
    claim: str | None
    months: tuple[Month, ...]


@dataclass(frozen=True)
class CustomerHistory:
    """
    One customer as a partner sees it.

    Attributes:
        customer_id: the customer.
        customer_name: its name.
        country: its location.
        adoption: its licences; the trend is empty in months at whose end the partner has no credit on it.
        revenue: what was billed in each of the twelve months on subscriptions that credit the partner for sale, in the
            reporting currency; months without any are left out. None where the reader's role opens no money.
        standings: the partner's associations; never those of another partner.
    """

    customer_id: str
    customer_name: str
    country: str
    adoption: Adoption
    revenue: dict[Month, Decimal] | None
    standings: tuple[Standing, ...]
