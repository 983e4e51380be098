"""Billed amounts, paid seats, active users and their value, by customer and product, month by month."""

from fractions import Fraction

from oracle.credit import SALE, Policy, credit_under, paid_seats
from oracle.metrics import exchange_rate, is_counted_revenue
from oracle.months import month_of
from oracle.scorecards import Rates, rate_of
from oracle.world import Row, World, grouped, keyed, remembered

Scope = frozenset[str]
Pair = tuple[str, str]
Amounts = dict[Pair, Fraction]


@remembered
def billed(world: World, policy: Policy, scope: Scope, month: str) -> dict[str, Amounts]:
    """Return by partner credited (sale) what was billed in a month, by customer and product of the scope."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    amounts: dict[str, Amounts] = {}
    for line in grouped(world, "billing_lines", "billing_month").get(month, []):
        subscription = subscriptions[line["subscription_id"]]
        rate = exchange_rate(world, line["currency"], month)
        in_scope = subscription["product_id"] in scope
        if rate is None or not in_scope or not is_counted_revenue(subscription, month):
            continue
        pair = (subscription["customer_id"], subscription["product_id"])
        for partner in credit_under(world, policy, line["subscription_id"], month, SALE):
            own = amounts.setdefault(partner, {})
            own[pair] = own.get(pair, Fraction(0)) + Fraction(line["amount"]) * rate
    return amounts


@remembered
def seats(world: World, scope: Scope, month: str) -> Amounts:
    """Return the paid seats by customer and product of the scope; a pair is there when it is paid, with 0 seats too."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    amounts: Amounts = {}
    for subscription_id, sold in paid_seats(world, month).items():
        subscription = subscriptions[subscription_id]
        if subscription["product_id"] in scope:
            pair = (subscription["customer_id"], subscription["product_id"])
            amounts[pair] = amounts.get(pair, Fraction(0)) + sold
    return amounts


@remembered
def users(world: World, scope: Scope, month: str) -> Amounts:
    """Return the active users by customer and product of the scope, where the product is paid in the month."""
    distinct: dict[Pair, set[str]] = {}
    for row in _activity_of(world, month):
        if row["intentional"]:
            distinct.setdefault((row["customer_id"], row["product_id"]), set()).add(row["user_id"])
    counted: dict[Pair, int] = {}
    for row in grouped(world, "activity_monthly", "month").get(month, []):
        pair = (row["customer_id"], row["product_id"])
        counted[pair] = counted.get(pair, 0) + row["active_users"]
    paid = seats(world, scope, month)
    return {pair: Fraction(len(distinct.get(pair, ())) + counted.get(pair, 0)) for pair in paid}


@remembered
def consumption(world: World, scope: Scope, rates: Rates, month: str) -> Amounts:
    """Return the value of the active users by customer and product: each product's users times its rate."""
    products = keyed(world, "products", "product_id")
    return {pair: count * rate_of(products[pair[1]], rates) for pair, count in users(world, scope, month).items()}


def sum_at(amounts: Amounts, customers: set[str]) -> Fraction:
    """Return the sum of what lies at the customers."""
    return sum((amount for (customer, _), amount in amounts.items() if customer in customers), Fraction(0))


def _activity_of(world: World, month: str) -> list[Row]:
    return _activity_by_month(world).get(month, [])


@remembered
def _activity_by_month(world: World) -> dict[str, list[Row]]:
    months: dict[str, list[Row]] = {}
    for row in world.facts["activity"]:
        months.setdefault(month_of(row["date"]), []).append(row)
    return months
