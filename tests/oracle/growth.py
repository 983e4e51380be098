"""Growth: a month's users, their value or revenue against the same month a year before."""

from dataclasses import dataclass
from fractions import Fraction

from oracle.credit import USAGE, Policy, credited_customers
from oracle.months import shift
from oracle.scorecards import Rates
from oracle.usage import Amounts, billed, consumption, sum_at, users
from oracle.world import World

ACTIVE_USERS = "active_users"
CONSUMPTION = "consumption"
REVENUE = "revenue"
AS_OF = "as_of"
CURRENT_PORTFOLIO = "current_portfolio"


@dataclass(frozen=True)
class Grown:
    """What grows: active users, their value at the rates, or revenue, in a scope and under a policy."""

    of: str
    policy: Policy
    scope: frozenset[str]
    rates: Rates = ()


def now_and_then(
    world: World, grown: Grown, population: str, partner: str, month: str, ahead: int = 0
) -> tuple[Fraction, Fraction]:
    """
    Return the level at the end of the month and the one twelve months before, or before the month ahead.

    The level then is that of the customers credited then (`as_of`), or of those credited at the end of
    the month (`current_portfolio`). Revenue is the partner's by subscription credit, so it knows no population.
    """
    earlier = shift(month, ahead - 12)
    if grown.of == REVENUE:
        return _revenue(world, grown, partner, month), _revenue(world, grown, partner, earlier)
    credited_in = {AS_OF: earlier, CURRENT_PORTFOLIO: month}[population]
    now = sum_at(_amounts(world, grown, month), _customers(world, grown, partner, month))
    then = sum_at(_amounts(world, grown, earlier), _customers(world, grown, partner, credited_in))
    return now, then


def _revenue(world: World, grown: Grown, partner: str, month: str) -> Fraction:
    amounts = billed(world, grown.policy, grown.scope, month).get(partner, {})
    return sum(amounts.values(), Fraction(0))


def _amounts(world: World, grown: Grown, month: str) -> Amounts:
    if grown.of == ACTIVE_USERS:
        return users(world, grown.scope, month)
    if grown.of == CONSUMPTION:
        return consumption(world, grown.scope, grown.rates, month)
    raise ValueError(f"growth of '{grown.of}' is not known")


def _customers(world: World, grown: Grown, partner: str, month: str) -> set[str]:
    return credited_customers(world, grown.policy, grown.scope, month, USAGE).get(partner, set())
