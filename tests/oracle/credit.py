"""Who is credited: associations, credit policies, paid seats, customer credit, cohort."""

from collections.abc import Iterable
from dataclasses import dataclass

from oracle.months import last_day, month_of, trailing
from oracle.selection import Filter, selects_subscription
from oracle.world import Row, World, grouped, keyed, remembered

SALE = "sale"
USAGE = "usage"
CLAIM_OF_GROUP = {SALE: "OSA", USAGE: "OSU"}


@dataclass(frozen=True)
class Rule:
    """
    One line of a credit policy that is not one of the three: an association that credits.

    `claim` None is any or none, `since` None is always; a group is left to the type `yields_to` where
    that type earns it on the same subscription.
    """

    association: str
    claim: str | None
    groups: frozenset[str]
    since: str | None
    yields_to: str | None


Policy = str | tuple[Rule, ...]
"""One of the three policies by its name, or the rules of another one."""


def is_active(association: Row, subscription: Row, month: str) -> bool:
    """Say whether an association covers the month's last day, or the subscription's in it."""
    days = [last_day(month)]
    end = subscription["end_date"]
    if end is not None and month_of(end) == month:
        days.append(end)
    return any(
        association["start_date"] <= day and (association["end_date"] is None or association["end_date"] >= day)
        for day in days
    )


def holders(policy: Policy, active: list[Row], month: str, group: str) -> set[str]:
    """
    Return the partners whose own associations on one subscription earn the group's credit.

    Args:
        policy: `dpor`, `pci-2020` or `pci-2019`, or the rules of another policy.
        active: the subscription's associations active at the end of the month.
        month: that month; CSP counts from 2019-07 under `pci-2019`.
        group: `sale` or `usage`.
    """
    if not isinstance(policy, str):
        return _holders_by_rules(policy, active, month, group)
    dpor = {row["partner_id"] for row in active if row["type"] == "DPOR"}
    csp = {row["partner_id"] for row in active if row["type"] == "CSP"}
    cpor = [row for row in active if row["type"] == "CPOR"]
    if policy == "dpor":
        return dpor
    if policy == "pci-2020":
        claimed = {row["partner_id"] for row in cpor if row["claim"] == CLAIM_OF_GROUP[group]}
        return csp | (claimed or dpor)
    if policy == "pci-2019":
        any_claim = {row["partner_id"] for row in cpor}
        return (csp if month >= "2019-07" else set()) | (any_claim or dpor)
    raise ValueError(f"contribution_policy '{policy}' is not a credit policy")


def _holders_by_rules(rules: tuple[Rule, ...], active: list[Row], month: str, group: str) -> set[str]:
    earned: list[tuple[Row, Rule]] = []
    for row in active:
        for rule in rules:
            right_claim = rule.claim is None or rule.claim == row["claim"]
            right_time = rule.since is None or month >= rule.since
            if rule.association == row["type"] and group in rule.groups and right_claim and right_time:
                earned.append((row, rule))
    types = {row["type"] for row, _ in earned}
    return {row["partner_id"] for row, rule in earned if rule.yields_to not in types}


@remembered
def subscription_credit(world: World, subscription_id: str, month: str, group: str) -> frozenset[str]:
    """Return the partners credited on a subscription at the end of the month, paid or not."""
    return credit_under(world, world.settings["contribution_policy"], subscription_id, month, group)


@remembered
def credit_under(world: World, policy: Policy, subscription_id: str, month: str, group: str) -> frozenset[str]:
    """Return the partners that a policy credits on a subscription at the end of the month, paid or not."""
    subscription = keyed(world, "subscriptions", "subscription_id")[subscription_id]
    known = grouped(world, "associations", "subscription_id").get(subscription_id, [])
    active = [row for row in known if is_active(row, subscription, month)]
    return with_accounts(world, holders(policy, active, month, group))


def with_accounts(world: World, partner_ids: Iterable[str]) -> frozenset[str]:
    """Return the partners and the accounts that they are locations of, each once."""
    partners = keyed(world, "partners", "partner_id")
    own = set(partner_ids)
    accounts = {partners[partner_id]["parent_partner_id"] for partner_id in own}
    return frozenset(own | accounts - {None})


@remembered
def seats_of_month(world: World, month: str) -> dict[str, Row]:
    """Return the seats rows of a month by subscription."""
    rows = grouped(world, "seats", "month").get(month, [])
    return {row["subscription_id"]: row for row in rows}


@remembered
def paid_seats(world: World, month: str) -> dict[str, int]:
    """Return the sold seats of each subscription paid at the month; zero seats is still paid."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    return {
        subscription_id: row["sold_seats"]
        for subscription_id, row in seats_of_month(world, month).items()
        if subscriptions[subscription_id]["licence_type"] == "paid" and row["state"] in ("active", "in_grace")
    }


@remembered
def customer_credit(world: World, month: str, group: str) -> dict[str, set[str]]:
    """Return, by customer, the partners credited on at least one of its paid subscriptions."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    credited: dict[str, set[str]] = {}
    for subscription_id in paid_seats(world, month):
        customer_id = subscriptions[subscription_id]["customer_id"]
        partners = subscription_credit(world, subscription_id, month, group)
        credited.setdefault(customer_id, set()).update(partners)
    return credited


@remembered
def credited_customers(
    world: World, policy: Policy, scope: frozenset[str], month: str, group: str
) -> dict[str, set[str]]:
    """
    Return, by partner, the customers that it has credit for under a policy and within a product scope.

    It is credited on at least one paid subscription of the customer to a product of the scope.
    """
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    customers: dict[str, set[str]] = {}
    for subscription_id in paid_seats(world, month):
        subscription = subscriptions[subscription_id]
        if subscription["product_id"] in scope:
            for partner in credit_under(world, policy, subscription_id, month, group):
                customers.setdefault(partner, set()).add(subscription["customer_id"])
    return customers


@remembered
def cohort(world: World, chosen: Filter, month: str) -> frozenset[str]:
    """Return the accounts with credit, of either group, on a paid subscription in TTM(month)."""
    found: set[str] = set()
    for each in trailing(month):
        found |= _credited_in_month(world, chosen, each)
    partners = keyed(world, "partners", "partner_id")
    return frozenset(name for name in found if partners[name]["parent_partner_id"] is None)


@remembered
def _credited_in_month(world: World, chosen: Filter, month: str) -> set[str]:
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    found: set[str] = set()
    for subscription_id in paid_seats(world, month):
        if selects_subscription(world, chosen, subscriptions[subscription_id]):
            found |= subscription_credit(world, subscription_id, month, SALE)
            found |= subscription_credit(world, subscription_id, month, USAGE)
    return found
