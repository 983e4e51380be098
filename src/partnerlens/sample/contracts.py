"""Subscriptions: what customers take, when it starts and ends, and what follows it."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from partnerlens.sample.arrays import NO_DAY, OPEN_END, Claim, Code, Real, Whole, at, chance, pick, stacked
from partnerlens.sample.parties import Customers
from partnerlens.sample.plan import Plan
from partnerlens.sample.text import Column, dates, numbered, taken, words
from partnerlens.sample.vocabulary import CHANNELS, COUNTRIES, CURRENCIES, LICENCES, PRODUCTS, TERMS

EA, CSP, WEB_DIRECT = (CHANNELS.index(name) for name in ("EA", "CSP", "WEB_DIRECT"))
PAID, TRIAL, FREE, INTERNAL = (LICENCES.index(name) for name in ("paid", "trial", "free", "internal"))
ABSENT = -1
ACTIVE, IN_GRACE, SUSPENDED, DEPROVISIONED = range(4)
_AGREEMENT_MONTHS = 36


@dataclass(frozen=True)
class Subscriptions:
    """
    The subscriptions of a sample, sorted by customer and start; one entry of each array per subscription.

    Attributes:
        customer: position of the customer.
        product: position in PRODUCTS.
        channel, licence: positions in CHANNELS and LICENCES.
        start, end: first and last day; OPEN_END while it runs.
        agreement: first day of the enterprise agreement; NO_DAY when not recorded.
        term: position in TERMS; -1 when nothing is billed.
        users: number of the customer's people who use it.
        first_slot: the first of those people.
        reach: how much larger than its number of users the first order was.
        is_failing: whether it ends because it was not paid.
        pause: month number of a suspension; -1 without one.
        pause_months: length of that suspension.
    """

    customer: Whole
    product: Whole
    channel: Whole
    licence: Whole
    start: Whole
    end: Whole
    agreement: Whole
    term: Whole
    users: Whole
    first_slot: Whole
    reach: Real
    is_failing: Claim
    pause: Whole
    pause_months: Whole

    def __len__(self) -> int:
        """Return the number of subscriptions."""
        return len(self.customer)

    def states(self, plan: Plan, month: int) -> Code:
        """Return each subscription's state at the end of a month; ABSENT where it has no row."""
        first, last = plan.bounds(month)
        state = np.where((self.start <= last) & (self.end >= last), ACTIVE, ABSENT).astype(np.int8)
        runs = state == ACTIVE
        left = plan.months_of(self.end) - month
        state[runs & self.is_failing & (left == 2)] = IN_GRACE
        state[runs & self.is_failing & (left < 2)] = SUSPENDED
        state[runs & (self.pause >= 0) & (self.pause - 1 == month)] = IN_GRACE
        paused = (self.pause >= 0) & (self.pause <= month) & (month < self.pause + self.pause_months)
        state[runs & paused] = SUSPENDED
        state[self.is_failing & (self.end >= first) & (self.end < last)] = DEPROVISIONED
        return state


def draw_subscriptions(plan: Plan, customers: Customers) -> Subscriptions:
    """Return the subscriptions of all customers: trials, what they turned into, and what came after."""
    first = _first_orders(plan, customers)
    trials, mains = _after_trials(plan, first)
    everything = stacked([trials, mains, _followers(plan, mains)])
    return at(everything, np.lexsort((everything.product, everything.start, everything.customer)))


def subscription_ids(subscriptions: Subscriptions) -> Column:
    """Return subscription_id of each."""
    size = len(subscriptions)
    return numbered("S", np.arange(1, size + 1), width=len(str(size)) + 1)


def subscription_rows(subscriptions: Subscriptions, customers: Customers) -> pa.Table:
    """Return the rows of ``subscriptions``."""
    return pa.table(
        {
            "subscription_id": subscription_ids(subscriptions),
            "customer_id": taken(customers.ids, subscriptions.customer),
            "product_id": words(subscriptions.product, [p.code for p in PRODUCTS]),
            "channel": words(subscriptions.channel, CHANNELS),
            "licence_type": words(subscriptions.licence, LICENCES),
            "start_date": dates(subscriptions.start),
            "end_date": dates(subscriptions.end),
            "agreement_start_date": dates(subscriptions.agreement),
            "billing_term": words(subscriptions.term, TERMS, missing=subscriptions.term < 0),
        }
    )


def currencies(plan: Plan, customers: Customers) -> Whole:
    """Return the position in CURRENCIES of each customer's invoices; some abroad are billed in dollars."""
    names = list(CURRENCIES)
    usual = np.array([names.index(country.currency) for country in COUNTRIES])[customers.country]
    return np.where(chance(plan.random("currencies"), 0.05, size=len(usual)), names.index("USD"), usual)


def _first_orders(plan: Plan, customers: Customers) -> Subscriptions:
    """Return one subscription per customer and need, before trials, returns and moves."""
    rng = plan.random("orders")
    needs = 1 + rng.poisson(0.95 + 0.7 * (customers.slots > 15))
    customer = np.repeat(np.arange(plan.customers), needs)
    size = len(customer)
    channel = _channels(rng, customers, customer=customer)
    month = _begins(rng, plan, customer=customer)
    day = np.where((channel == EA) | chance(rng, 0.3, size=size), 0, rng.integers(0, 28, size))
    start = plan.first_days(month) + day
    share = rng.beta(1.6, 1.1, size)
    slots = customers.slots[customer]
    orders = Subscriptions(
        customer=customer,
        product=pick(rng, [p.weight for p in PRODUCTS], size=size),
        channel=channel,
        licence=np.array([PAID, FREE, INTERNAL])[pick(rng, [93, 5, 2], size=size)],
        start=start,
        end=_ends(rng, plan, start=start),
        agreement=np.full(size, NO_DAY),
        term=_terms(rng, channel),
        users=np.maximum(np.rint(slots * share), 1).astype(np.int64),
        first_slot=(rng.random(size) * slots).astype(np.int64),
        reach=rng.uniform(0.95, 1.7, size),
        is_failing=chance(rng, 0.3, size=size),
        pause=np.where(chance(rng, 0.03, size=size), rng.integers(1, plan.months + 1, size), -1),
        pause_months=rng.integers(1, 3, size),
    )
    return _billed(_under_agreements(rng, plan, orders=orders))


def _begins(rng: np.random.Generator, plan: Plan, *, customer: Whole) -> Whole:
    """Return the month of each order: a third of the customers come within the months of the sample."""
    size = len(customer)
    came = np.where(chance(rng, 0.33, size=plan.customers), rng.integers(0, plan.months, plan.customers), -1)[customer]
    known = np.where(chance(rng, 0.75, size=size), rng.integers(-35, 0, size), rng.integers(0, plan.months, size))
    later = came + np.where(chance(rng, 0.6, size=size), 0, rng.integers(0, 12, size))
    return np.where(came < 0, known, np.where(later < plan.months, later, came))


def _channels(rng: np.random.Generator, customers: Customers, *, customer: Whole) -> Whole:
    """Return a channel for each order; a customer mostly stays with one, large customers with EA."""
    size = len(customers.slots)
    small = pick(rng, [6, 62, 22, 6, 4], size=size)
    large = pick(rng, [58, 28, 6, 5, 3], size=size)
    usual = np.where(customers.slots > 40, large, small)[customer]
    channel = np.where(chance(rng, 0.15, size=len(customer)), pick(rng, [20, 50, 20, 6, 4], size=len(customer)), usual)
    # A CSP sale has a partner by definition, so direct customers buy elsewhere.
    return np.where(customers.is_direct[customer] & (channel == CSP), WEB_DIRECT, channel)


def _ends(rng: np.random.Generator, plan: Plan, *, start: Whole) -> Whole:
    """Return the last day of each order: a third end within the months of the sample."""
    size = len(start)
    life = (90 + rng.exponential(500, size)).astype(np.int64)
    end = np.where(chance(rng, 0.5, size=size), start + life, OPEN_END)
    seen = (end >= plan.first_day + 62) & (end <= plan.last_day)
    return np.where(seen, end, OPEN_END)


def _terms(rng: np.random.Generator, channel: Whole) -> Whole:
    """Return the billing term of each order; enterprise agreements are billed by the year."""
    return np.where(channel == EA, TERMS.index("annual"), pick(rng, [62, 8, 30], size=len(channel)))


def _under_agreements(rng: np.random.Generator, plan: Plan, *, orders: Subscriptions) -> Subscriptions:
    """Put paid EA orders under three-year agreements, a tenth of them without a recorded date."""
    size = len(orders)
    is_agreed = (orders.channel == EA) & (orders.licence == PAID)
    month = plan.months_of(orders.start)
    lag = np.where(chance(rng, 0.5, size=size), 0, rng.integers(0, 12, size))
    signed = month - np.clip(lag, 0, np.maximum(month + 35, 0))
    natural = plan.first_days(signed + _AGREEMENT_MONTHS) - 1
    natural = np.where(natural >= plan.first_day, natural, OPEN_END)
    return replace(
        orders,
        end=np.where(is_agreed, np.minimum(natural, orders.end), orders.end),
        agreement=np.where(is_agreed & chance(rng, 0.9, size=size), plan.first_days(signed), NO_DAY),
    )


def _billed(orders: Subscriptions) -> Subscriptions:
    return replace(orders, term=np.where(orders.licence == PAID, orders.term, -1))


def _after_trials(plan: Plan, orders: Subscriptions) -> tuple[Subscriptions, Subscriptions]:
    """Return the trials that came before some orders, and the orders; one trial in four led nowhere."""
    rng = plan.random("trials")
    size = len(orders)
    fresh = (orders.start >= plan.first_day) & (orders.licence == PAID) & (orders.channel != EA)
    is_tried = fresh & chance(rng, 0.2, size=size)
    last = orders.start + np.where(chance(rng, 0.7, size=size), 29, 59)
    trials = replace(
        orders,
        licence=np.full(size, TRIAL),
        end=np.where(last <= plan.last_day, last, OPEN_END),
        term=np.full(size, -1),
        pause=np.full(size, -1),
        is_failing=np.zeros(size, dtype=np.bool_),
    )
    later = np.where(is_tried, last + 1, orders.start)
    is_kept = ~(is_tried & chance(rng, 0.25, size=size)) & (later <= plan.last_day)
    end = np.where(orders.end >= later + 30, orders.end, OPEN_END)
    mains = replace(orders, start=later, end=np.where(is_tried, end, orders.end))
    return at(trials, is_tried), at(mains, is_kept)


def _followers(plan: Plan, mains: Subscriptions) -> Subscriptions:
    """Return what came after subscriptions that ended: returns, moves to other products, renewals."""
    rng = plan.random("followers")
    size = len(mains)
    kind = rng.random(size)
    is_agreed = (mains.channel == EA) & (mains.licence == PAID)
    renews = is_agreed & (kind < 0.75)
    moves = ~is_agreed & (kind < 0.2)
    returns = ~is_agreed & (kind >= 0.2) & (kind < 0.45)
    start = mains.end + 1 + np.where(returns, rng.integers(40, 240, size), 0)
    other = (mains.product + 1 + pick(rng, [4, 2, 1], size=size)) % len(PRODUCTS)
    after = replace(
        mains,
        product=np.where(moves, other, mains.product),
        start=start,
        end=np.full(size, OPEN_END),
        agreement=np.where(renews, start, NO_DAY),
        reach=mains.reach * rng.uniform(0.8, 1.3, size),
        pause=np.full(size, -1),
    )
    return at(after, (renews | moves | returns) & (start <= plan.last_day))
