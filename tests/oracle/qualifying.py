"""Units (customers, products, or pairs of both) that keep the limits of a condition in a month."""

from dataclasses import dataclass
from fractions import Fraction

from oracle.credit import SALE, USAGE, Policy, credited_customers
from oracle.months import shift
from oracle.scorecards import Rates
from oracle.usage import Amounts, Pair, billed, consumption, seats, users
from oracle.world import World, remembered

Unit = tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """The least and the greatest value of a measure, summed over `months`, in one of `within` months."""

    measure: str
    minimum: Fraction
    maximum: Fraction | None
    months: int = 1
    within: int = 1
    rates: Rates = ()


@dataclass(frozen=True)
class Condition:
    """Limits to keep together, over products and under a policy; `per` unit or product."""

    policy: Policy
    scope: frozenset[str]
    per: str
    limits: tuple[Limit, ...]


@remembered
def qualified(
    world: World, unit: str, conditions: tuple[Condition, ...], partner: str, month: str, ahead: int = 0
) -> frozenset[Unit]:
    """
    Return the units that qualify at the end of a month, or `ahead` months later if nothing is added.

    Ahead, a sum of revenue over several months loses the months that leave it; every other limit is kept
    or not as at the end of the month.
    """
    found: set[Unit] = set()
    for condition in conditions:
        # On one and the same product: pairs are held against the limits, and their customers are what is counted.
        finer = unit == "customer" and condition.per == "product"
        kept = [
            _keeping(world, "customer_product" if finer else unit, condition, limit, partner, month, ahead)
            for limit in condition.limits
        ]
        units = set.intersection(*kept)
        found |= {each[:1] for each in units} if finer else units
    return frozenset(found)


def _keeping(
    world: World, unit: str, condition: Condition, limit: Limit, partner: str, month: str, ahead: int
) -> set[Unit]:
    """Return the units that keep one limit in one of its months."""
    rolls = limit.measure == "revenue" and limit.months > 1
    end = shift(month, ahead) if rolls else month
    kept: set[Unit] = set()
    for back in range(limit.within):
        last = shift(end, -back)
        summed = [each for each in (shift(last, -by) for by in range(limit.months)) if each <= month]
        for one, value in _values(world, unit, condition, limit, partner, summed).items():
            if value >= limit.minimum and (limit.maximum is None or value <= limit.maximum):
                kept.add(one)
    return kept


def _values(
    world: World, unit: str, condition: Condition, limit: Limit, partner: str, months: list[str]
) -> dict[Unit, Fraction]:
    """Return the value of a limit's measure over the months, by unit; a share without seats is left out."""
    if limit.measure != "active_share":
        return _totals(world, unit, condition, limit, limit.measure, partner, months)
    active = _totals(world, unit, condition, limit, "active_users", partner, months)
    paid = _totals(world, unit, condition, limit, "seats_of_users", partner, months)
    return {one: active.get(one, Fraction(0)) / paid[one] for one in paid if paid[one] != 0}


def _totals(
    world: World, unit: str, condition: Condition, limit: Limit, measure: str, partner: str, months: list[str]
) -> dict[Unit, Fraction]:
    totals: dict[Unit, Fraction] = {}
    for month in months:
        amounts = _amounts(world, condition.policy, condition.scope, measure, limit.rates, partner, month)
        for pair, amount in amounts.items():
            one = _unit_of(unit, pair)
            totals[one] = totals.get(one, Fraction(0)) + amount
    return totals


def _unit_of(unit: str, pair: Pair) -> Unit:
    customer, product = pair
    return {"customer": (customer,), "product": (product,), "customer_product": (customer, product)}[unit]


@remembered
def _amounts(
    world: World, policy: Policy, scope: frozenset[str], measure: str, rates: Rates, partner: str, month: str
) -> Amounts:
    """Return the partner's amounts of a measure in one month, by customer and product."""
    if measure == "revenue":
        return billed(world, policy, scope, month).get(partner, {})
    if measure in ("paid_seats", "seats_of_users"):
        amounts = seats(world, scope, month)
    elif measure == "active_users":
        amounts = users(world, scope, month)
    elif measure == "consumption":
        amounts = consumption(world, scope, rates, month)
    else:
        raise ValueError(f"measure '{measure}' is not known")
    group = SALE if measure == "paid_seats" else USAGE
    credited = credited_customers(world, policy, scope, month, group).get(partner, set())
    return {pair: amount for pair, amount in amounts.items() if pair[0] in credited}
