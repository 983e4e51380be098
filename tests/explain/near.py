"""Near adds and users that do not count, by going over every fact; the oracle's explanation leaves these out."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from oracle.credit import SALE, USAGE, customer_credit, is_active, paid_seats, seats_of_month
from oracle.explanation import near_customers, own_partners, why_no_customer_credit
from oracle.months import month_of, shift, trailing
from oracle.selection import Filter, selects_activity, selects_customer, selects_subscription
from oracle.world import World, first_month, grouped

Near = Counter[tuple[Any, ...]]


def near_adds(world: World, partner: str, month: str, chosen: Filter) -> Near:
    """Count (customer, subscription, month, reason): known before the partner came, or begun without being paid."""
    found: Near = Counter()
    for customer in near_customers(world, partner):
        for at in trailing(month):
            if at <= (first_month(world) or at) or not selects_customer(world, chosen, customer):
                continue
            before = shift(at, -1)
            begins = partner in customer_credit(world, at, SALE).get(customer, ())
            begins = begins and partner not in customer_credit(world, before, SALE).get(customer, ())
            if begins and has_paid(world, customer, at, chosen) and has_paid(world, customer, before, chosen):
                found[customer, None, at, "already_customer"] += 1
            if not has_paid(world, customer, at, chosen):
                for name, reason in begun_unpaid(world, partner, customer, at, chosen):
                    found[customer, name, at, reason] += 1
    return found


def has_paid(world: World, customer: str, month: str, chosen: Filter) -> bool:
    """Say whether a customer has a paid seat of the chosen products."""
    seats = paid_seats(world, month)
    rows = grouped(world, "subscriptions", "customer_id").get(customer, [])
    return any(seats.get(row["subscription_id"], 0) for row in rows if selects_subscription(world, chosen, row))


def begun_unpaid(world: World, partner: str, customer: str, month: str, chosen: Filter) -> Iterator[tuple[str, str]]:
    """Give the subscriptions of another licence type that begin in a month in which the partner stands on them."""
    for row in grouped(world, "subscriptions", "customer_id").get(customer, []):
        name = row["subscription_id"]
        known = grouped(world, "associations", "subscription_id").get(name, [])
        stands = any(
            link["partner_id"] in own_partners(world, partner) and is_active(link, row, month) for link in known
        )
        begins = has_seats(world, name, month) and not has_seats(world, name, shift(month, -1))
        if row["licence_type"] != "paid" and stands and begins and selects_subscription(world, chosen, row):
            yield name, "trial" if row["licence_type"] == "trial" else "not_paid"


def has_seats(world: World, subscription: str, month: str) -> bool:
    """Say whether a subscription has sold seats while it is active or in grace."""
    row = seats_of_month(world, month).get(subscription)
    return bool(row and row["sold_seats"] and row["state"] in ("active", "in_grace"))


def near_users(world: World, partner: str, month: str, chosen: Filter) -> Near:
    """Count the users that do not count, by (customer, month, reason)."""
    by_month = world.settings["mau_method"] != "ttm_distinct_over_12"
    found: Near = Counter()
    for customer in near_customers(world, partner):
        for user in {row["user_id"] for row in grouped(world, "activity", "customer_id").get(customer, [])}:
            for at, reason in of_user(User(world, partner, month, chosen, customer, user), by_month=by_month):
                found[customer, at, reason] += 1
    if by_month:
        found.update(near_reports(world, partner, month, chosen))
    return found


class User:
    """The months of a user: seen and kept with a chosen pair, intended with any, covered by the partner's credit."""

    def __init__(self, world: World, partner: str, month: str, chosen: Filter, customer: str, user: str) -> None:
        """Go over the user's rows; months of customers elsewhere are neither seen nor kept."""
        is_here = selects_customer(world, chosen, customer)
        rows = [row for row in grouped(world, "activity", "customer_id")[customer] if row["user_id"] == user]
        told = [(month_of(row["date"]), row["intentional"], is_here and selects_activity(chosen, row)) for row in rows]
        self.world, self.partner, self.customer = world, partner, customer
        self.window = trailing(month)
        self.before = trailing(shift(month, -12))
        self.covered = {at for at in self.window if partner in customer_credit(world, at, USAGE).get(customer, ())}
        self.intended = {at for at, intentional, _ in told if intentional}
        self.seen = {at for at, _, kept in told if kept}
        self.kept = {at for at, intentional, kept in told if intentional and kept}

    def without_credit(self) -> Iterator[tuple[str, str]]:
        """Give the months before the window, and those of it without credit, each with the reason."""
        for at in self.kept & set(self.before):
            yield at, "outside_window"
        for at in (self.kept & set(self.window)) - self.covered:
            reason = why_no_customer_credit(self.world, self.partner, self.customer, at, USAGE)
            assert reason is not None
            yield at, reason


def of_user(user: User, *, by_month: bool) -> Iterator[tuple[str, str]]:
    """Give the months, with their reasons, in which a user does not count; over twelve months only if in none."""
    used = user.intended & user.covered
    if not by_month and user.kept & user.covered:
        return
    yield from user.without_credit()
    if by_month:
        yield from ((at, "filtered_out") for at in used - user.kept)
        yield from ((at, "not_intentional") for at in (user.seen & user.covered) - used)
    elif used:
        yield max(used), "filtered_out"
    else:
        yield from ((at, "not_intentional") for at in user.seen & user.covered)


def near_reports(world: World, partner: str, month: str, chosen: Filter) -> Near:
    """Count the users of feeds without users that do not count."""
    found: Near = Counter()
    for row in world.facts["activity_monthly"]:
        at, customer = row["month"], row["customer_id"]
        is_here = selects_customer(world, chosen, customer) and selects_activity(chosen, row)
        if customer not in near_customers(world, partner) or not row["active_users"]:
            continue
        if at in trailing(shift(month, -12)) and is_here:
            found[customer, at, "outside_window"] += row["active_users"]
        if at in trailing(month):
            reason = why_no_customer_credit(world, partner, customer, at, USAGE)
            if is_here != (reason is None):
                found[customer, at, reason or "filtered_out"] += row["active_users"]
    return found
