"""The invented program: who takes part and what was agreed, from which all monthly facts follow."""

from dataclasses import dataclass

from partnerlens.sample.contracts import Subscriptions, draw_subscriptions, subscription_ids
from partnerlens.sample.parties import Customers, Partners, draw_customers, draw_partners
from partnerlens.sample.plan import Plan
from partnerlens.sample.text import Column


@dataclass(frozen=True)
class World:
    """
    The parties and subscriptions of one sample.

    Attributes:
        plan: the sizes, months and seed.
        partners, customers, subscriptions: what was drawn.
        subscription_ids: subscription_id of each subscription.
    """

    plan: Plan
    partners: Partners
    customers: Customers
    subscriptions: Subscriptions
    subscription_ids: Column


def draw_world(plan: Plan) -> World:
    """Return the parties and subscriptions that follow from a plan."""
    partners = draw_partners(plan)
    customers = draw_customers(plan, partners)
    subscriptions = draw_subscriptions(plan, customers)
    return World(plan, partners, customers, subscriptions, subscription_ids(subscriptions))
