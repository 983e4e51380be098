"""Who is credited: associations, the three credit policies, paid seats, customer credit, cohort."""

from collections.abc import Iterable

from oracle.months import last_day, month_of, trailing
from oracle.selection import Filter, selects_subscription
from oracle.world import Row, World, grouped, keyed, remembered

SALE = "sale"
USAGE = "usage"
CLAIM_OF_GROUP = {SALE: "OSA", USAGE: "OSU"}


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


def holders(policy: str, active: list[Row], month: str, group: str) -> set[str]:
    """
    Return the partners whose own associations on one subscription earn the group's credit.

    Args:
        policy: `dpor`, `pci-2020` or `pci-2019`.
        active: the subscription's associations active at the end of the month.
        month: that month; CSP counts from 2019-07 under `pci-2019`.
        group: `sale` or `usage`.
    """
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


@remembered
def subscription_credit(world: World, subscription_id: str, month: str, group: str) -> frozenset[str]:
    """Return the partners credited on a subscription at the end of the month, paid or not."""
    subscription = keyed(world, "subscriptions", "subscription_id")[subscription_id]
    known = grouped(world, "associations", "subscription_id").get(subscription_id, [])
    active = [row for row in known if is_active(row, subscription, month)]
    policy = world.settings["contribution_policy"]
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
