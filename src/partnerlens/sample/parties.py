"""Who takes part: partners with their locations, and customers."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.sample.arrays import Claim, Real, Whole, chance, pick
from partnerlens.sample.names import city_names, company_names
from partnerlens.sample.plan import Plan
from partnerlens.sample.text import Column, joined, numbered, taken, words
from partnerlens.sample.vocabulary import ACCOUNTS, COUNTRIES, SEGMENTS, SIZES

_LOCATION_SHARE = 0.22
_DIRECT_SHARE = 0.12
_LARGEST_CUSTOMER = 3_000
_LARGEST_SHARE = 0.12
"""The largest part of the business that one partner can have, unless there are few partners."""


@dataclass(frozen=True)
class Partners:
    """
    The partners of a sample; accounts come first, then their locations.

    Attributes:
        ids: partner_id.
        names: what readers see.
        country: position in COUNTRIES.
        parent: position of the account that it is a location of; -1 for an account.
        weight: share of the business, in any unit.
        liking: what its customers add to or take from the usual survey score.
    """

    ids: Column
    names: Column
    country: Whole
    parent: Whole
    weight: Real
    liking: Real


@dataclass(frozen=True)
class Customers:
    """
    The customers of a sample.

    Attributes:
        ids: customer_id.
        country: position in COUNTRIES.
        slots: number of people who use or used anything, over all months.
        partner: position of the partner that serves it first; -1 for a direct customer.
        second: position of another partner that some of its subscriptions have.
        is_unassigned: whether its seats are never assigned to anybody.
    """

    ids: Column
    country: Whole
    slots: Whole
    partner: Whole
    second: Whole
    is_unassigned: Claim

    @property
    def is_direct(self) -> Claim:
        """Whether the customer works with the vendor without any partner."""
        return self.partner < 0


def draw_partners(plan: Plan) -> Partners:
    """Return partners with skewed shares of the business; large accounts have locations."""
    rng = plan.random("partners")
    size = plan.partners
    locations = int(size * _LOCATION_SHARE)
    accounts = size - locations
    country = pick(rng, [c.weight for c in COUNTRIES], size=size)
    weight = np.sort(rng.pareto(1.4, size) + 1.0)[::-1].copy()
    weight[accounts:] = rng.pareto(1.8, locations) + 1.0
    weight = np.minimum(weight, max(_LARGEST_SHARE * weight.sum(), weight.min()))
    # Locations belong to the larger third of the accounts, and most often to the largest of those.
    parent = np.full(size, -1)
    parent[accounts:] = (rng.random(locations) ** 2 * max(accounts // 3, 1)).astype(np.int64)
    at_home = chance(rng, 0.4, size=size) & (parent >= 0)
    country = np.where(at_home, country[parent], country)
    names = company_names(rng, country, kind="partner")
    named_after = joined(names.take(pa.array(np.maximum(parent, 0))), city_names(rng, country), between=", ")
    return Partners(
        ids=numbered("P", np.arange(1, size + 1), width=len(str(size)) + 1),
        names=pc.if_else(pa.array(parent >= 0), named_after, names),
        country=country,
        parent=parent,
        weight=weight,
        liking=rng.normal(0.0, 0.9, size),
    )


def draw_customers(plan: Plan, partners: Partners) -> Customers:
    """Return customers, most with a few users and some with thousands, most served by a partner nearby."""
    rng = plan.random("customers")
    size = plan.customers
    country = pick(rng, [c.weight for c in COUNTRIES], size=size)
    people = rng.lognormal(1.5, 1.38, size)
    partner = _served_by(rng, country, partners=partners)
    partner[chance(rng, _DIRECT_SHARE, size=size)] = -1
    return Customers(
        ids=numbered("C", np.arange(1, size + 1), width=len(str(size)) + 1),
        country=country,
        slots=np.clip(np.ceil(people), 1, _LARGEST_CUSTOMER).astype(np.int64),
        partner=partner,
        second=_served_by(rng, country, partners=partners),
        is_unassigned=chance(rng, 0.04, size=size),
    )


def partner_rows(plan: Plan, partners: Partners) -> pa.Table:
    """Return the rows of ``partners``."""
    rng = plan.random("partner rows")
    size = plan.partners
    share = partners.weight / np.median(partners.weight)
    return pa.table(
        {
            "partner_id": partners.ids,
            "name": partners.names,
            "country": words(partners.country, [c.code for c in COUNTRIES]),
            "parent_partner_id": taken(partners.ids, partners.parent, missing=partners.parent < 0),
            "accounts": words(pick(rng, [2, 1, 3], size=size), ACCOUNTS, missing=chance(rng, 0.1, size=size)),
            "size": words(np.digitize(share, [1.5, 5.0]), SIZES, missing=chance(rng, 0.15, size=size)),
        }
    )


def customer_rows(plan: Plan, customers: Customers) -> pa.Table:
    """Return the rows of ``customers``; some belong to a group with several customers."""
    rng = plan.random("customer rows")
    size = plan.customers
    group = rng.integers(0, max(size // 25, 1), size)
    return pa.table(
        {
            "customer_id": customers.ids,
            "name": company_names(rng, customers.country, kind="customer"),
            "country": words(customers.country, [c.code for c in COUNTRIES]),
            "segment": words(np.digitize(customers.slots, [12, 60]), SEGMENTS, missing=chance(rng, 0.05, size=size)),
            "top_parent_id": pc.if_else(
                pa.array(chance(rng, 0.1, size=size)), numbered("G", group + 1, width=6), pa.scalar(None, pa.string())
            ),
        }
    )


def _served_by(rng: np.random.Generator, country: Whole, *, partners: Partners) -> Whole:
    """Return a partner for each customer: four in five from its own country where there is one."""
    by_country = np.argsort(partners.country, kind="stable")
    shares = np.concatenate(([0.0], np.cumsum(partners.weight[by_country])))
    places = np.arange(len(COUNTRIES))
    low = shares[np.searchsorted(partners.country[by_country], places, side="left")][country]
    high = shares[np.searchsorted(partners.country[by_country], places, side="right")][country]
    near = chance(rng, 0.8, size=len(country)) & (high > low)
    drawn = rng.random(len(country))
    point = np.where(near, low + drawn * (high - low), drawn * shares[-1])
    position = np.searchsorted(shares, point, side="right") - 1
    served: Whole = by_country[np.clip(position, 0, len(by_country) - 1)]
    return served
