"""Activity: which people of a customer used which product and workload, month by month."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.sample.arrays import OPEN_END, Code, Small, Whole, at, chance
from partnerlens.sample.contracts import SUSPENDED
from partnerlens.sample.plan import Plan
from partnerlens.sample.text import Column, joined, numbered, taken, words
from partnerlens.sample.vocabulary import PRODUCTS
from partnerlens.sample.world import World

_WORKLOADS = tuple(dict.fromkeys(workload for product in PRODUCTS for workload in product.workloads))
_SEASON = (0.97, 1.0, 1.04, 1.0, 0.98, 0.95, 0.86, 0.80, 1.02, 1.06, 1.05, 0.84)
"""How much is used in each calendar month: less in summer and in December."""

_REPEATED_SHARE = 0.02
_INTENTIONAL_SHARE = 0.94
_SECOND_WORKLOAD_SHARE = 0.5
_WEEKEND_SHARE = 0.06


@dataclass(frozen=True)
class Usages:
    """
    Who may use what: one entry of each array per person, product and workload, sorted by customer.

    Attributes:
        subscription: position of the subscription that allows it.
        customer: position of the customer.
        slot: number of the person within the customer, from 0.
        product, workload: positions in PRODUCTS and in the list of workloads.
        first, last: the days from and until which the person is there and the subscription runs.
        rate: share of the months in which it is used, in a usual season.
    """

    subscription: Small
    customer: Small
    slot: Small
    product: Code
    workload: Code
    first: Small
    last: Small
    rate: npt.NDArray[np.float32]


def draw_usages(world: World) -> Usages:
    """Return everything that people may use; a person who uses two products has two entries or more."""
    plan, customers, subscriptions = world.plan, world.customers, world.subscriptions
    rng = plan.random("usages")
    slots = customers.slots[subscriptions.customer]
    users = np.minimum(subscriptions.users, slots)
    subscription = np.repeat(np.arange(len(subscriptions), dtype=np.int32), users)
    begun = np.repeat(np.cumsum(users) - users, users)
    slot = (np.arange(len(subscription)) - begun + subscriptions.first_slot[subscription]) % slots[subscription]
    customer = subscriptions.customer[subscription]
    person = (np.cumsum(customers.slots) - customers.slots)[customer] + slot
    joined_on, left_on = _presence(rng, plan, people=int(customers.slots.sum()))
    habit = rng.beta(3.0, 1.0, int(customers.slots.sum())).astype(np.float32)
    usages = Usages(
        subscription=subscription,
        customer=customer.astype(np.int32),
        slot=slot.astype(np.int32),
        product=subscriptions.product[subscription].astype(np.int8),
        workload=np.zeros(len(subscription), dtype=np.int8),
        first=np.maximum(joined_on[person], subscriptions.start[subscription]).astype(np.int32),
        last=np.minimum(left_on[person], subscriptions.end[subscription]).astype(np.int32),
        rate=habit[person],
    )
    is_seen = (usages.first <= usages.last) & (usages.last >= plan.first_day) & (usages.first <= plan.last_day)
    return _with_workloads(rng, at(usages, is_seen))


def activity_rows(world: World, usages: Usages, *, month: int) -> pa.Table:
    """Return the rows of ``activity`` of one month: one for most usages in it, a few of them repeated."""
    plan = world.plan
    rng = plan.random("activity", month)
    first, last = plan.bounds(month)
    state = world.subscriptions.states(plan, month)
    # A subscription that ends within the month is absent at its end, and is used until then.
    is_usable = state < SUSPENDED
    season = np.float32(_SEASON[plan.all_months[month].number % 12])
    is_active = (
        (usages.first <= last)
        & (usages.last >= first)
        & is_usable[usages.subscription]
        & (rng.random(len(usages.rate), dtype=np.float32) < usages.rate * season)
    )
    chosen = np.flatnonzero(is_active)
    day = _days(rng, len(chosen), first=first, last=last)
    day = np.clip(day, usages.first[chosen], usages.last[chosen])
    again = np.where(chance(rng, _REPEATED_SHARE, size=len(chosen)), rng.integers(2, 4, len(chosen)), 1)
    is_intended = np.repeat(chance(rng, _INTENTIONAL_SHARE, size=len(chosen)), again)
    rows = at(usages, np.repeat(chosen, again))
    return pa.table(
        {
            "date": pa.array(np.repeat(day, again).astype(np.int32), pa.date32()),
            "customer_id": taken(world.customers.ids, rows.customer),
            "user_id": taken(_user_ids(int(world.customers.slots.max())), rows.slot),
            "product_id": words(rows.product, [product.code for product in PRODUCTS]),
            "workload": words(rows.workload, _WORKLOADS),
            "intentional": pa.array(is_intended),
        }
    )


def _user_ids(people: int) -> Column:
    """Return user ids that are unique within a customer, and only there."""
    return joined(numbered("u", np.arange(1, people + 1), width=4))


def _presence(rng: np.random.Generator, plan: Plan, *, people: int) -> tuple[Small, Small]:
    """Return the days on which people joined and left; half were there before the first month."""
    days = plan.last_day - plan.first_day + 1
    was_there = chance(rng, 0.6, size=people)
    joined_on = np.where(was_there, plan.first_day - 1, plan.first_day + rng.integers(0, days, people))
    left_on = joined_on + 60 + rng.exponential(1_800, people).astype(np.int64)
    left_on = np.where(chance(rng, 0.6, size=people), left_on, OPEN_END)
    return joined_on.astype(np.int32), left_on.astype(np.int32)


def _with_workloads(rng: np.random.Generator, usages: Usages) -> Usages:
    """Give each usage its product's first workload, and half of those with a second one that as well."""
    first = np.array([_WORKLOADS.index(p.workloads[0]) for p in PRODUCTS], dtype=np.int8)
    second = np.array([_WORKLOADS.index(p.workloads[-1]) for p in PRODUCTS], dtype=np.int8)
    has_second = (first != second)[usages.product] & chance(rng, _SECOND_WORKLOAD_SHARE, size=len(usages.product))
    rows = np.repeat(np.arange(len(usages.product)), 1 + has_second)
    both = at(usages, rows)
    is_repeat = np.zeros(len(rows), dtype=np.bool_)
    is_repeat[1:] = rows[1:] == rows[:-1]
    workload = np.where(is_repeat, second[both.product], first[both.product])
    both = replace(both, workload=workload)
    # Sorted rows make files a quarter of the size (performance.md, "Traps met"). No customer has 4,096 people.
    key = (both.customer.astype(np.int64) << 20) + (both.slot.astype(np.int64) << 8) + both.product
    return at(both, np.argsort(key, kind="stable"))


def _days(rng: np.random.Generator, size: int, *, first: int, last: int) -> Whole:
    """Return random days of a month, mostly weekdays."""
    every = np.arange(first, last + 1)
    # Day 0, 1970-01-01, was a Thursday: day 2 and 3 of each week from there are the weekend.
    weekdays = every[~np.isin(every % 7, (2, 3))]
    usual = weekdays[rng.integers(0, len(weekdays), size)]
    return np.where(chance(rng, _WEEKEND_SHARE, size=size), every[rng.integers(0, len(every), size)], usual)
