"""New deployments: credited customers whose users crossed a number within the window."""

from fractions import Fraction

from oracle.credit import USAGE, Policy, credited_customers
from oracle.months import last_day, shift
from oracle.usage import sum_at, users
from oracle.world import World, grouped

WINDOWS = {
    "ttm12": (-11, range(-10, 1)),
    "base_m12_obs11": (-12, range(-11, 0)),
    "base_m12_obs12": (-12, range(-11, 1)),
}
"""By name, the base month and the observed months, both relative to the data month."""


def new_deployments(
    world: World,
    policy: Policy,
    scope: frozenset[str],
    readings: tuple[str, str],
    needed: Fraction,
    partner: str,
    month: str,
    ahead: int = 0,
) -> int:
    """
    Return the partner's new deployments.

    Args:
        world: the facts.
        policy: the credit policy.
        scope: the products that count.
        readings: the window and what is counted, `tenant` or `instance`.
        needed: the users to reach.
        partner: an account or a location.
        month: the data month; customers are those credited (usage) at its end.
        ahead: how many months later the window ends; users stay as they are in the data month.
    """
    window, unit = readings
    total = 0
    for customer in credited_customers(world, policy, scope, month, USAGE).get(partner, set()):
        if has_crossed(world, scope, window, needed, customer, month, ahead):
            instances = running_instances(world, scope, customer, month)
            total += {"tenant": min(1, instances), "instance": instances}[unit]
    return total


def has_crossed(
    world: World, scope: frozenset[str], window: str, needed: Fraction, customer: str, month: str, ahead: int
) -> bool:
    """Say whether the customer's users were fewer in the base month and enough in an observed one."""

    def monthly(by: int) -> Fraction:
        known = min(shift(month, ahead + by), month)
        return sum_at(users(world, scope, known), {customer})

    base, observed = WINDOWS[window]
    return monthly(base) < needed and any(monthly(by) >= needed for by in observed)


def running_instances(world: World, scope: frozenset[str], customer: str, month: str) -> int:
    """Return the customer's production instances of products in scope that run at the end of the month."""
    end = last_day(month)
    return sum(
        row["kind"] == "production"
        and row["product_id"] in scope
        and row["deployed_on"] <= end
        and (row["retired_on"] is None or row["retired_on"] > end)
        for row in grouped(world, "instances", "customer_id").get(customer, [])
    )
