"""Customers added and lost within a product scope, and the partners that get and lose credit for them."""

from oracle.credit import SALE, Policy, credited_customers, paid_seats
from oracle.months import shift
from oracle.world import World, first_month, keyed, remembered

Scope = frozenset[str]
Events = dict[str, frozenset[str]]


def net_adds(world: World, policy: Policy, scope: Scope, loss_rule: str, partner: str, months: list[str]) -> int:
    """Return the partner's adds less its losses in the months."""
    total = 0
    for month in months:
        total += sum(partner in credited for credited in adds(world, policy, scope, month).values())
        total -= sum(partner in charged for charged in losses(world, policy, scope, loss_rule, month).values())
    return total


@remembered
def paid_by_customer(world: World, scope: Scope, month: str) -> dict[str, int]:
    """Return the paid seats of each customer over all its subscriptions in scope, whoever sold them."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    totals: dict[str, int] = {}
    for subscription_id, seats in paid_seats(world, month).items():
        subscription = subscriptions[subscription_id]
        if subscription["product_id"] in scope:
            totals[subscription["customer_id"]] = totals.get(subscription["customer_id"], 0) + seats
    return totals


@remembered
def adds(world: World, policy: Policy, scope: Scope, month: str) -> Events:
    """Return the customers added in a month, each with the partners credited (sale) at its end; it may be nobody."""
    first = first_month(world)
    if first is None or month <= first:
        return {}
    before, now = (paid_by_customer(world, scope, each) for each in (shift(month, -1), month))
    added = [customer for customer in now if before.get(customer, 0) == 0 and now[customer] >= 1]
    return {customer: _credited(world, policy, scope, month, customer) for customer in added}


@remembered
def losses(world: World, policy: Policy, scope: Scope, loss_rule: str, month: str) -> Events:
    """Return the customers lost in a month, each with the partners that the loss is charged to."""
    first = first_month(world)
    if first is None or month <= first:
        return {}
    before, now = (paid_by_customer(world, scope, each) for each in (shift(month, -1), month))
    lost = [customer for customer in before if before[customer] >= 1 and now.get(customer, 0) == 0]
    if loss_rule == "all_associated":
        return {customer: _credited(world, policy, scope, shift(month, -1), customer) for customer in lost}
    if loss_rule == "credited_within_12_months":
        return {customer: _got_the_latest_add(world, policy, scope, month, customer) for customer in lost}
    raise ValueError(f"loss_rule '{loss_rule}' is not known")


def _credited(world: World, policy: Policy, scope: Scope, month: str, customer: str) -> frozenset[str]:
    by_partner = credited_customers(world, policy, scope, month, SALE)
    return frozenset(partner for partner, customers in by_partner.items() if customer in customers)


def _got_the_latest_add(world: World, policy: Policy, scope: Scope, month: str, customer: str) -> frozenset[str]:
    for back in range(1, 13):
        added = adds(world, policy, scope, shift(month, -back))
        if customer in added:
            return added[customer]
    return frozenset()
