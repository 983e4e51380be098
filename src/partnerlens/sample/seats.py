"""Seats: what each subscription holds at the end of each month."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from partnerlens.sample.arrays import Claim, Real, Small, Whole, at, chance, some
from partnerlens.sample.contracts import ABSENT, DEPROVISIONED, SUSPENDED
from partnerlens.sample.plan import Plan
from partnerlens.sample.text import repeated, taken, words
from partnerlens.sample.vocabulary import STATES
from partnerlens.sample.world import World

_CHANGED_SHARE = 0.09
_CORRECTED_SHARE = 0.01
_CORRECTED_LEAST = 10


@dataclass(frozen=True)
class SeatMonth:
    """
    The seats of one month; one entry of each array per subscription that has a row.

    Attributes:
        month: number of the month.
        subscription: position of the subscription.
        state: position in STATES.
        sold, assigned, active: seats.
        is_measured: whether active seats are known.
        change: seats sold more than a month before; 0 in a subscription's first month.
    """

    month: int
    subscription: Whole
    state: Whole
    sold: Whole
    assigned: Whole
    active: Whole
    is_measured: Claim
    change: Whole

    def rows(self, world: World) -> pa.Table:
        """Return the rows of ``seats``."""
        return pa.table(
            {
                "month": repeated(str(world.plan.all_months[self.month]), len(self.subscription)),
                "subscription_id": taken(world.subscription_ids, self.subscription),
                "state": words(self.state, STATES),
                "sold_seats": pa.array(self.sold),
                "assigned_seats": pa.array(self.assigned),
                "active_seats": pa.array(self.active, mask=~self.is_measured),
            }
        )


@dataclass(frozen=True)
class _Habits:
    """How the customer of each subscription treats its seats: the share assigned, the share used."""

    assigned: Real
    active: Real
    is_measured: Claim
    is_over_assigned: Claim


def seat_months(world: World) -> Iterator[SeatMonth]:
    """Yield the seats of each month, oldest first."""
    plan, subscriptions = world.plan, world.subscriptions
    habits = _habits(world)
    sold = np.maximum(np.ceil(subscriptions.users * subscriptions.reach), 1).astype(np.int32)
    was_there = np.zeros(len(subscriptions), dtype=np.bool_)
    for month in range(plan.months):
        rng = plan.random("seats", month)
        before = sold
        sold = _changed(rng, sold)
        state = subscriptions.states(plan, month)
        rows = np.flatnonzero(state != ABSENT)
        change = np.where(was_there, sold - before, 0)[rows].astype(np.int64)
        here = sold[rows].astype(np.int64)
        age = month - plan.months_of(subscriptions.start[rows])
        assigned = _assigned(habits, here, rows=rows, age=age)
        assigned[state[rows] == DEPROVISIONED] = 0
        active = np.rint(assigned * habits.active[rows] * rng.uniform(0.85, 1.1, len(rows))).astype(np.int64)
        active[state[rows] >= SUSPENDED] = 0
        yield SeatMonth(
            month=month,
            subscription=rows,
            state=state[rows].astype(np.int64),
            sold=here,
            assigned=assigned,
            active=np.where(habits.is_over_assigned[rows], active, np.minimum(active, assigned)),
            is_measured=habits.is_measured[rows],
            change=change,
        )
        was_there = state != ABSENT


def corrected_seats(plan: Plan, seats: SeatMonth) -> SeatMonth:
    """Return some rows of a month with fewer or more seats than were reported first."""
    rng = plan.random("corrected seats", seats.month)
    chosen = some(rng, len(seats.subscription), share=_CORRECTED_SHARE, least=_CORRECTED_LEAST)
    rows = at(seats, chosen)
    sold, wanted = rows.sold, len(chosen)
    step = 1 + (sold * rng.uniform(0.0, 0.2, wanted)).astype(np.int64)
    fewer = (sold > step) & chance(rng, 0.5, size=wanted)
    changed = np.where(fewer, sold - step, sold + step)
    assigned = np.minimum(rows.assigned, changed)
    return replace(rows, sold=changed, assigned=assigned, active=np.minimum(rows.active, assigned))


def _habits(world: World) -> _Habits:
    rng = world.plan.random("habits")
    customers, subscriptions = world.customers, world.subscriptions
    size = len(subscriptions)
    assigned = rng.beta(5.0, 1.3, size)
    is_over = chance(rng, 0.015, size=size)
    assigned = np.where(is_over, rng.uniform(1.02, 1.4, size), assigned)
    return _Habits(
        assigned=np.where(customers.is_unassigned[subscriptions.customer], 0.0, assigned),
        active=rng.beta(4.0, 1.8, size),
        is_measured=~chance(rng, 0.12, size=size),
        is_over_assigned=is_over,
    )


def _changed(rng: np.random.Generator, sold: Small) -> Small:
    """Return the seats a month later: most stay, growth is more frequent than decline."""
    size = len(sold)
    step = np.maximum(np.rint(sold * rng.uniform(0.02, 0.3, size)), 1)
    step = np.where(chance(rng, 0.66, size=size), step, -step)
    moved = np.where(chance(rng, _CHANGED_SHARE, size=size), sold + step, sold)
    return np.clip(moved, 1, 1_000_000).astype(np.int32)


def _assigned(habits: _Habits, sold: Whole, *, rows: Whole, age: Whole) -> Whole:
    """Return the assigned seats: a share of the sold ones that is reached over the first four months."""
    share = habits.assigned[rows] * np.clip((age + 1.5) / 4.0, 0.3, 1.0)
    assigned: Whole = np.rint(sold * share).astype(np.int64)
    return assigned
