"""Invoices: recurring charges, charges for changes, credits, and the rates between currencies."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.sample.arrays import Claim, Real, Whole, at, by_key, chance, some, stacked
from partnerlens.sample.contracts import IN_GRACE, PAID, currencies
from partnerlens.sample.plan import Plan
from partnerlens.sample.seats import SeatMonth
from partnerlens.sample.text import decimals, joined, repeated, taken, words
from partnerlens.sample.vocabulary import CHARGES, CURRENCIES, PRODUCTS, TERM_MONTHS
from partnerlens.sample.world import World

_NEW, _CYCLE, _RENEW, _ADDED, _REMOVED, _CREDIT, _LATE = range(len(CHARGES))
_WON = list(CURRENCIES).index("KRW")
_RATE_PLACES = 9
_CORRECTED_SHARE = 0.01
_CORRECTED_LEAST = 10


@dataclass(frozen=True)
class Prices:
    """
    What each subscription costs.

    Attributes:
        currency: position in CURRENCIES.
        hundredths: price of one seat for one month, in hundredths of the currency.
    """

    currency: Whole
    hundredths: Whole


@dataclass(frozen=True)
class BillingLines:
    """
    Lines of one month's invoices; one entry of each array per line, sorted by customer.

    Attributes:
        subscription: position of the subscription.
        customer: position of its customer, who gets the invoice.
        hundredths: amount in hundredths of the currency; negative for a credit.
        charge: position in CHARGES.
        line: number of the line on the invoice, from 1.
    """

    subscription: Whole
    customer: Whole
    hundredths: Whole
    charge: Whole
    line: Whole


def draw_prices(world: World) -> Prices:
    """Return the price of each subscription: the list price less a discount, in the customer's currency."""
    rng = world.plan.random("prices")
    subscriptions = world.subscriptions
    currency = currencies(world.plan, world.customers)[subscriptions.customer]
    dollars = np.array([product.price for product in PRODUCTS])[subscriptions.product]
    discounted = dollars * np.where(chance(rng, 0.5, size=len(subscriptions)), rng.uniform(0.7, 1.0, len(dollars)), 1.0)
    local = discounted / np.array(list(CURRENCIES.values()))[currency]
    hundredths = np.where(currency == _WON, np.rint(local / 100) * 10_000, np.rint(local * 100))
    return Prices(currency, hundredths.astype(np.int64))


def billing_lines(world: World, seats: SeatMonth, *, prices: Prices) -> BillingLines:
    """Return the lines billed in a month for the seats at its end, in the order of the invoices."""
    rng = world.plan.random("billing", seats.month)
    is_billed = (world.subscriptions.licence[seats.subscription] == PAID) & (seats.state <= IN_GRACE)
    accounts = _accounts(world, at(seats, is_billed), prices=prices)
    due = at(accounts, accounts.age % accounts.period == 0)
    credited = at(due, chance(rng, 0.02, size=len(due.age)))
    changed = at(accounts, (accounts.age % accounts.period != 0) & (accounts.change != 0))
    # Of seats that were given back within a term, half were not refunded.
    changed = at(changed, (changed.change > 0) | chance(rng, 0.5, size=len(changed.age)))
    left = changed.period - changed.age % changed.period
    lines = [
        _lines(due, due.whole, charge=np.where(due.age == 0, _NEW, np.where(due.period == 1, _CYCLE, _RENEW))),
        _lines(changed, changed.change * changed.price * left, charge=np.where(changed.change > 0, _ADDED, _REMOVED)),
        _lines(credited, -credited.whole * rng.uniform(0.05, 1.0, len(credited.age)), charge=np.full(1, _CREDIT)),
    ]
    # Subscriptions are sorted by customer, and so are their lines.
    ordered = by_key(stacked(lines), ("subscription", "charge"))
    return replace(ordered, line=_line_numbers(ordered.customer))


def billing_rows(world: World, lines: BillingLines, *, month: int, prices: Prices) -> pa.Table:
    """Return the rows of ``billing_lines``; late charges are on an invoice of their own."""
    text = str(world.plan.all_months[month])
    kind = words(lines.charge == _LATE, ["I", "L"]).dictionary_decode()
    return pa.table(
        {
            "invoice_id": joined(kind, text.replace("-", ""), "-", taken(world.customers.ids, lines.customer)),
            "line_id": pa.array(lines.line).cast(pa.string()),
            "billing_month": repeated(text, len(lines.line)),
            "subscription_id": taken(world.subscription_ids, lines.subscription),
            "amount": decimals(lines.hundredths, 2),
            "currency": words(prices.currency[lines.subscription], list(CURRENCIES)),
            "charge_type": words(lines.charge, CHARGES),
        }
    )


def corrected_lines(plan: Plan, lines: BillingLines, *, month: int) -> BillingLines:
    """Return some lines of a month with other amounts, and some charges that were billed late."""
    rng = plan.random("corrected billing", month)
    size = len(lines.line)
    changed = at(lines, some(rng, size, share=_CORRECTED_SHARE, least=_CORRECTED_LEAST))
    late = at(lines, some(rng, size, share=_CORRECTED_SHARE / 2, least=_CORRECTED_LEAST // 2))
    # Whole hundreds of hundredths keep amounts without a smaller unit (KRW) whole.
    step = 100 + np.abs(changed.hundredths) // 1_000 * 100
    step = np.where(chance(rng, 0.6, size=len(step)), -step, step)
    late = replace(
        late,
        hundredths=np.maximum(np.abs(late.hundredths) // 400, 1) * 100,
        charge=np.full(len(late.line), _LATE),
        line=_line_numbers(late.customer),
    )
    return stacked([replace(changed, hundredths=changed.hundredths + step), late])


def exchange_rate_rows(plan: Plan) -> pa.Table:
    """Return the rows of ``exchange_rates``: one for each month and currency, the reporting one included."""
    rng = plan.random("rates")
    usual = np.array(list(CURRENCIES.values()))
    moves = rng.normal(0.0, 0.012, (plan.months, len(usual)))
    # Rates wander around their usual value instead of drifting away from it.
    level = np.zeros_like(moves)
    for month in range(plan.months):
        level[month] = (level[month - 1] * 0.93 if month else 0.0) + moves[month]
    rates = usual * np.exp(level)
    rates[:, 0] = 1.0
    units = np.rint(rates * 10**_RATE_PLACES).astype(np.int64).ravel()
    months = np.repeat(np.arange(plan.months), len(usual))
    return pa.table(
        {
            "month": words(months, [str(month) for month in plan.all_months]),
            "currency": words(np.tile(np.arange(len(usual)), plan.months), list(CURRENCIES)),
            "rate": decimals(units, _RATE_PLACES),
        }
    )


@dataclass(frozen=True)
class _Accounts:
    """What is billed for in a month: one entry of each array per paid subscription."""

    subscription: Whole
    customer: Whole
    change: Whole
    price: Whole
    period: Whole
    age: Whole
    whole: Real
    is_won: Claim


def _accounts(world: World, seats: SeatMonth, *, prices: Prices) -> _Accounts:
    """Return what is billed for; ``whole`` is a full term's charge, by the day in a monthly one's first month."""
    rows = seats.subscription
    start = world.subscriptions.start[rows]
    period = np.array(TERM_MONTHS)[world.subscriptions.term[rows]]
    age = seats.month - world.plan.months_of(start)
    first, last = world.plan.bounds(seats.month)
    part = (last + 1 - np.maximum(start, first)) / (last + 1 - first)
    return _Accounts(
        subscription=rows,
        customer=world.subscriptions.customer[rows],
        change=seats.change,
        price=prices.hundredths[rows],
        period=period,
        age=age,
        whole=seats.sold * prices.hundredths[rows] * period * np.where((age == 0) & (period == 1), part, 1.0),
        is_won=prices.currency[rows] == _WON,
    )


def _lines(accounts: _Accounts, hundredths: npt.NDArray[Any], *, charge: Whole) -> BillingLines:
    """Return one line for each; amounts are whole units where the currency has no smaller one."""
    rounded = np.where(accounts.is_won, np.rint(hundredths / 100) * 100, np.rint(hundredths))
    size = len(rounded)
    return BillingLines(
        subscription=accounts.subscription,
        customer=accounts.customer,
        hundredths=rounded.astype(np.int64),
        charge=np.broadcast_to(charge, size).astype(np.int64),
        line=np.zeros(size, dtype=np.int64),
    )


def _line_numbers(customer: Whole) -> Whole:
    """Return 1, 2, 3, ... within each run of equal customers."""
    position = np.arange(len(customer))
    is_first = np.ones(len(customer), dtype=np.bool_)
    is_first[1:] = customer[1:] != customer[:-1]
    begun = np.maximum.accumulate(np.where(is_first, position, 0))
    return position - begun + 1
