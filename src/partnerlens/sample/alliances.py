"""Associations: which partner stands on which subscription, as what, from when to when."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from partnerlens.sample.arrays import OPEN_END, Claim, Whole, at, by_key, chance, pick, some, stacked
from partnerlens.sample.contracts import CSP
from partnerlens.sample.plan import Plan
from partnerlens.sample.text import dates, taken, words
from partnerlens.sample.vocabulary import ASSOCIATION_TYPES, CLAIMS
from partnerlens.sample.world import World

_DPOR, _CPOR, _CSP, _PAL, _ADVISOR = range(len(ASSOCIATION_TYPES))
_OSA, _OSU = 0, 1
_CORRECTED_SHARE = 0.01
_CORRECTED_LEAST = 10


@dataclass(frozen=True)
class Associations:
    """
    The associations of a sample; one entry of each array per association.

    Attributes:
        subscription, partner: positions.
        kind: position in ASSOCIATION_TYPES.
        claim: position in CLAIMS; -1 when it claims nothing.
        start, end: first and last day that it holds; OPEN_END while it does.
    """

    subscription: Whole
    partner: Whole
    kind: Whole
    claim: Whole
    start: Whole
    end: Whole


@dataclass(frozen=True)
class _Standing:
    """Whom each subscription may have: its owner, and another partner of the same customer."""

    is_served: Claim
    owner: Whole
    other: Whole

    @property
    def is_shared(self) -> Claim:
        """Whether the other partner is another one indeed."""
        differs: Claim = self.owner != self.other
        return self.is_served & differs


def draw_associations(world: World) -> Associations:
    """Return the associations of all subscriptions whose customer has a partner."""
    rng = world.plan.random("associations")
    size = len(world.subscriptions)
    standing = _standing(rng, world)
    reseller = np.where(chance(rng, 0.7, size=size), standing.owner, standing.other)
    is_resold = standing.is_served & (world.subscriptions.channel == CSP) & chance(rng, 0.93, size=size)
    parts = [
        *_of_record(rng, world, standing=standing),
        *_claiming(rng, world, standing=standing),
        _held(rng, world, where=is_resold, partner=reseller, kind=_CSP),
    ]
    for kind, share in ((_PAL, 0.05), (_ADVISOR, 0.03)):
        where = standing.is_served & chance(rng, share, size=size)
        parts.append(_held(rng, world, where=where, partner=standing.other, kind=kind))
    return by_key(stacked(parts), ("subscription", "partner", "kind", "claim", "start"))


def association_rows(world: World, associations: Associations) -> pa.Table:
    """Return the rows of ``associations``."""
    return pa.table(
        {
            "partner_id": taken(world.partners.ids, associations.partner),
            "subscription_id": taken(world.subscription_ids, associations.subscription),
            "type": words(associations.kind, ASSOCIATION_TYPES),
            "claim": words(associations.claim, CLAIMS, missing=associations.claim < 0),
            "start_date": dates(associations.start),
            "end_date": dates(associations.end),
        }
    )


def corrected_associations(plan: Plan, associations: Associations) -> Associations:
    """Return some running associations with an end on the last day of the month two before the last."""
    rng = plan.random("corrected associations")
    end = plan.bounds(plan.months - 3)[1]
    candidates = np.flatnonzero((associations.end == OPEN_END) & (associations.start <= end))
    chosen = candidates[some(rng, len(candidates), share=_CORRECTED_SHARE, least=_CORRECTED_LEAST)]
    return replace(at(associations, chosen), end=np.full(len(chosen), end))


def _standing(rng: np.random.Generator, world: World) -> _Standing:
    """Return the partners of each subscription; a fifth of them belong to the customer's second partner."""
    main = world.customers.partner[world.subscriptions.customer]
    second = world.customers.second[world.subscriptions.customer]
    owner = np.where(chance(rng, 0.22, size=len(main)), second, main)
    return _Standing(is_served=main >= 0, owner=owner, other=np.where(owner == main, second, main))


def _of_record(rng: np.random.Generator, world: World, *, standing: _Standing) -> list[Associations]:
    """Return DPOR associations: of owners, of those who took over from them, and second holders."""
    size = len(world.subscriptions)
    first = _held(
        rng, world, where=standing.is_served & chance(rng, 0.84, size=size), partner=standing.owner, kind=_DPOR
    )
    # A second holder only where the first still holds, so that no partner holds the same thing twice.
    is_lasting = np.zeros(size, dtype=np.bool_)
    is_lasting[first.subscription[first.end == OPEN_END]] = True
    where = standing.is_shared & is_lasting & chance(rng, 0.16, size=size)
    second = _held(rng, world, where=where, partner=standing.other, kind=_DPOR)
    return [first, _successors(rng, world, ended=first, standing=standing), second]


def _claiming(rng: np.random.Generator, world: World, *, standing: _Standing) -> list[Associations]:
    """Return CPOR associations; two in five of those that claim a sale claim its usage as well."""
    size = len(world.subscriptions)
    where = standing.is_served & chance(rng, 0.24, size=size)
    partner = np.where(chance(rng, 0.5, size=size), standing.owner, standing.other)
    held = _held(rng, world, where=where, partner=partner, kind=_CPOR)
    claimed = replace(held, claim=pick(rng, [40, 40, 20], size=len(held.claim)))
    both = at(claimed, (claimed.claim == _OSA) & chance(rng, 0.4, size=len(claimed.claim)))
    return [claimed, replace(both, claim=np.full(len(both.claim), _OSU))]


def _held(rng: np.random.Generator, world: World, *, where: Claim, partner: Whole, kind: int) -> Associations:
    """Return associations on the subscriptions that ``where`` marks: a third begin late, some end early."""
    rows = np.flatnonzero(where)
    size, last = len(rows), world.plan.last_day
    start, end = world.subscriptions.start[rows], world.subscriptions.end[rows]
    late = np.where(chance(rng, 0.33, size=size), 1 + rng.exponential(90, size).astype(np.int64), 0)
    stopped = start + late + 45 + rng.exponential(300, size).astype(np.int64)
    stops = chance(rng, 0.16, size=size) & (stopped < np.minimum(end, last))
    # Of subscriptions that ended, half of the associations were closed on that day and half left open.
    closed = np.where(chance(rng, 0.5, size=size) & (end <= last), end, OPEN_END)
    held = Associations(
        subscription=rows,
        partner=partner[rows],
        kind=np.full(size, kind),
        claim=np.full(size, -1),
        start=start + late,
        end=np.where(stops, stopped, closed),
    )
    return at(held, held.start <= np.minimum(end, last))


def _successors(rng: np.random.Generator, world: World, *, ended: Associations, standing: _Standing) -> Associations:
    """Return the partners that took over where another's association ended before the subscription."""
    last = np.minimum(world.subscriptions.end[ended.subscription], world.plan.last_day)
    size = len(last)
    takes = (ended.end < last) & standing.is_shared[ended.subscription] & chance(rng, 0.6, size=size)
    taker = standing.other[ended.subscription]
    return at(replace(ended, partner=taker, start=ended.end + 1, end=np.full(size, OPEN_END)), takes)
