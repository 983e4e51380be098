"""The eight metrics, for every partner at once: value, exact numerator and denominator."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from oracle.credit import (
    SALE,
    USAGE,
    customer_credit,
    paid_seats,
    seats_of_month,
    subscription_credit,
    with_accounts,
)
from oracle.exams import is_valid, selected_exams
from oracle.months import last_day, month_of, shift, trailing
from oracle.selection import (
    Filter,
    selects_activity,
    selects_customer,
    selects_product,
    selects_subscription,
)
from oracle.world import Row, World, first_month, grouped, keyed, remembered

METRICS = (
    "revenue",
    "new_customers",
    "net_seat_adds",
    "certified_people",
    "production_instances",
    "mau",
    "mau_per_assigned_seat",
    "nps",
)
RATIOS = ("mau", "mau_per_assigned_seat", "nps")
COUNTED_CHANNELS = ("EA", "CSP", "WEB_DIRECT")

Amounts = dict[str, Fraction]
Users = dict[str, set[tuple[str, str]]]


@dataclass(frozen=True)
class Measure:
    """One partner's value of one metric; sums and counts have no denominator."""

    numerator: Fraction | None
    denominator: Fraction | None = None
    reason: str | None = None

    @property
    def value(self) -> Fraction | None:
        """The exact value; None when the ratio has no denominator to stand on."""
        if self.numerator is None:
            return None
        return self.numerator / (1 if self.denominator is None else self.denominator)


@remembered
def measures(world: World, metric: str, chosen: Filter, month: str) -> dict[str, Measure]:
    """Return the metric's measure of every partner, accounts and locations."""
    measure = MEASURE_OF[metric]
    names = sorted(keyed(world, "partners", "partner_id"))
    return {name: measure(world, chosen, month, name) for name in names}


def unit(world: World, metric: str) -> str:
    """Return the unit of a metric; revenue is in the reporting currency."""
    if metric == "revenue":
        return str(world.settings["reporting_currency"])
    return {
        "new_customers": "customers",
        "net_seat_adds": "seats",
        "certified_people": "people",
        "production_instances": "instances",
        "mau": "users",
        "mau_per_assigned_seat": "ratio",
        "nps": "points",
    }[metric]


def method(world: World, metric: str) -> str:
    """Return the name of how a metric is worked out."""
    if metric in ("mau", "mau_per_assigned_seat"):
        return str(world.settings["mau_method"])
    if metric in ("certified_people", "production_instances"):
        return "snapshot"
    return "ratio_12_months" if metric == "nps" else "sum_12_months"


def flags(world: World, metric: str, month: str) -> list[str]:
    """Return `history_short` when a month that the value needs is before the first of facts."""
    if metric in ("certified_people", "production_instances"):
        return []
    needs_predecessor = metric in ("new_customers", "net_seat_adds")
    oldest = shift(month, -12 if needs_predecessor else -11)
    first = first_month(world)
    return ["history_short"] if first is None or oldest < first else []


# Sums over twelve months


def _sum_of(of_month: Callable[[World, Filter, str], Amounts]) -> "MeasureOf":
    def measure(world: World, chosen: Filter, month: str, partner: str) -> Measure:
        parts = [of_month(world, chosen, each).get(partner, 0) for each in trailing(month)]
        return Measure(Fraction(sum(parts)))

    return measure


@remembered
def revenue_of_month(world: World, chosen: Filter, month: str) -> Amounts:
    """Return the revenue billed in one month, by partner, in the reporting currency."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    revenue: Amounts = {}
    for line in grouped(world, "billing_lines", "billing_month").get(month, []):
        subscription = subscriptions[line["subscription_id"]]
        rate = exchange_rate(world, line["currency"], month)
        if rate is None or not is_counted_revenue(subscription, month):
            continue
        if not selects_subscription(world, chosen, subscription):
            continue
        for partner in subscription_credit(world, line["subscription_id"], month, SALE):
            revenue[partner] = revenue.get(partner, Fraction(0)) + Fraction(line["amount"]) * rate
    return revenue


def is_counted_revenue(subscription: Row, billing_month: str) -> bool:
    """Say whether the channel counts and, for EA, the month is in the agreement's first year."""
    if subscription["channel"] not in COUNTED_CHANNELS:
        return False
    if subscription["channel"] != "EA":
        return True
    first = month_of(subscription["agreement_start_date"] or subscription["start_date"])
    return first <= billing_month <= shift(first, 11)


def exchange_rate(world: World, currency: str, month: str) -> Fraction | None:
    """Return reporting currency per unit in the month; None when no rate is known."""
    if currency == world.settings["reporting_currency"]:
        return Fraction(1)
    for row in grouped(world, "exchange_rates", "month").get(month, []):
        if row["currency"] == currency:
            return Fraction(row["rate"])
    return None


@remembered
def adds_of_month(world: World, chosen: Filter, month: str) -> Amounts:
    """Return the add events of one month, by partner with customer credit (sale) at its end."""
    first = first_month(world)
    if first is None or month <= first:
        return {}
    before = _paid_seats_of_customers(world, chosen, shift(month, -1))
    adds: Amounts = {}
    for customer_id, seats in _paid_seats_of_customers(world, chosen, month).items():
        if before.get(customer_id, 0) == 0 and seats >= 1:
            for partner in customer_credit(world, month, SALE).get(customer_id, ()):
                adds[partner] = adds.get(partner, Fraction(0)) + 1
    return adds


def _paid_seats_of_customers(world: World, chosen: Filter, month: str) -> dict[str, int]:
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    totals: dict[str, int] = {}
    for subscription_id, seats in paid_seats(world, month).items():
        subscription = subscriptions[subscription_id]
        if selects_subscription(world, chosen, subscription):
            customer_id = subscription["customer_id"]
            totals[customer_id] = totals.get(customer_id, 0) + seats
    return totals


@remembered
def seat_changes_of_month(world: World, chosen: Filter, month: str) -> Amounts:
    """Return rises less falls of one month: a rise by this month's credit, a fall by the last's."""
    first = first_month(world)
    if first is None or month <= first:
        return {}
    previous = shift(month, -1)
    changes: Amounts = {}
    for subscription in world.facts["subscriptions"]:
        if not selects_subscription(world, chosen, subscription):
            continue
        name = subscription["subscription_id"]
        change = paid_seats(world, month).get(name, 0) - paid_seats(world, previous).get(name, 0)
        credit_month = month if change > 0 else previous
        if change != 0:
            for partner in subscription_credit(world, name, credit_month, SALE):
                changes[partner] = changes.get(partner, Fraction(0)) + change
    return changes


# Snapshots at the end of the month


def _measure_certified_people(world: World, chosen: Filter, month: str, partner: str) -> Measure:
    return Measure(Fraction(len(certified_people(world, chosen, month).get(partner, ()))))


@remembered
def certified_people(world: World, chosen: Filter, month: str) -> dict[str, set[str]]:
    """Return the people certified at the end of the month, by partner; an account has all."""
    exams = selected_exams(world, chosen, month)
    people: dict[str, set[str]] = {}
    for row in world.facts["exam_passes"]:
        here = not chosen.countries or row["location_country"] in chosen.countries
        if here and row["exam"] in exams and is_valid(row, month):
            for partner in with_accounts(world, [row["partner_id"]]):
                people.setdefault(partner, set()).add(row["person_id"])
    return people


def _measure_instances(world: World, chosen: Filter, month: str, partner: str) -> Measure:
    return Measure(production_instances(world, chosen, month).get(partner, Fraction(0)))


@remembered
def production_instances(world: World, chosen: Filter, month: str) -> Amounts:
    """Return the instances in production at the month's end, by partner credited (usage) then."""
    end = last_day(month)
    counts: Amounts = {}
    for row in world.facts["instances"]:
        stands = row["deployed_on"] <= end and (row["retired_on"] is None or row["retired_on"] > end)
        if row["kind"] == "production" and stands and _selects_fact(world, chosen, row):
            for partner in customer_credit(world, month, USAGE).get(row["customer_id"], ()):
                counts[partner] = counts.get(partner, Fraction(0)) + 1
    return counts


@remembered
def assigned_seats(world: World, chosen: Filter, month: str) -> Amounts:
    """Return the assigned seats, of all licence types, of active and in-grace subscriptions."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    assigned: Amounts = {}
    for subscription_id, row in seats_of_month(world, month).items():
        subscription = subscriptions[subscription_id]
        in_use = row["state"] in ("active", "in_grace")
        if in_use and selects_subscription(world, chosen, subscription):
            credited = customer_credit(world, month, USAGE)
            for partner in credited.get(subscription["customer_id"], ()):
                assigned[partner] = assigned.get(partner, Fraction(0)) + row["assigned_seats"]
    return assigned


# Users


def _measure_mau(world: World, chosen: Filter, month: str, partner: str) -> Measure:
    return Measure(_users_over_12_months(world, chosen, month, partner), Fraction(12))


def _measure_mau_per_seat(world: World, chosen: Filter, month: str, partner: str) -> Measure:
    assigned = assigned_seats(world, chosen, month).get(partner, Fraction(0))
    if assigned == 0:
        return Measure(None, None, "no_assigned_seats")
    return Measure(_users_over_12_months(world, chosen, month, partner), 12 * assigned)


def _users_over_12_months(world: World, chosen: Filter, month: str, partner: str) -> Fraction:
    window = trailing(month)
    of_months = [users_of_month(world, chosen, each).get(partner, set()) for each in window]
    if world.settings["mau_method"] == "ttm_distinct_over_12":
        return Fraction(len(set().union(*of_months)))
    counted = [monthly_counts(world, chosen, each).get(partner, Fraction(0)) for each in window]
    return Fraction(sum(len(users) for users in of_months) + sum(counted))


@remembered
def users_of_month(world: World, chosen: Filter, month: str) -> Users:
    """Return the distinct (customer, user) with an intentional action in the month, by partner."""
    users: Users = {}
    for row in _activity_of_month(world, month):
        if not row["intentional"] or not selects_activity(chosen, row):
            continue
        if not selects_customer(world, chosen, row["customer_id"]):
            continue
        for partner in customer_credit(world, month, USAGE).get(row["customer_id"], ()):
            users.setdefault(partner, set()).add((row["customer_id"], row["user_id"]))
    return users


@remembered
def monthly_counts(world: World, chosen: Filter, month: str) -> Amounts:
    """Return the users that a feed without user ids reports for the month, by partner."""
    counts: Amounts = {}
    for row in grouped(world, "activity_monthly", "month").get(month, []):
        selected = selects_customer(world, chosen, row["customer_id"])
        if selected and selects_activity(chosen, row):
            for partner in customer_credit(world, month, USAGE).get(row["customer_id"], ()):
                counts[partner] = counts.get(partner, Fraction(0)) + row["active_users"]
    return counts


def _activity_of_month(world: World, month: str) -> list[Row]:
    return _by_month(world, "activity", "date").get(month, [])


@remembered
def _by_month(world: World, table: str, day_column: str) -> dict[str, list[Row]]:
    months: dict[str, list[Row]] = {}
    for row in world.facts[table]:
        months.setdefault(month_of(row[day_column]), []).append(row)
    return months


# Survey


def _measure_nps(world: World, chosen: Filter, month: str, partner: str) -> Measure:
    scores = [score for each in trailing(month) for score in scores_of_month(world, chosen, each).get(partner, [])]
    if not scores:
        return Measure(None, None, "no_responses")
    promoters = sum(1 for score in scores if score >= 9)
    detractors = sum(1 for score in scores if score <= 6)
    return Measure(Fraction(100 * (promoters - detractors)), Fraction(len(scores)))


@remembered
def scores_of_month(world: World, chosen: Filter, month: str) -> dict[str, list[int]]:
    """Return the month's survey scores, by partner credited (usage) at the month's end."""
    scores: dict[str, list[int]] = {}
    for row in _by_month(world, "survey_responses", "responded_on").get(month, []):
        if _selects_fact(world, chosen, row):
            for partner in customer_credit(world, month, USAGE).get(row["customer_id"], ()):
                scores.setdefault(partner, []).append(row["score"])
    return scores


def _selects_fact(world: World, chosen: Filter, row: Row) -> bool:
    return selects_product(world, chosen, row["product_id"]) and selects_customer(world, chosen, row["customer_id"])


MeasureOf = Callable[[World, Filter, str, str], Measure]

MEASURE_OF: dict[str, MeasureOf] = {
    "revenue": _sum_of(revenue_of_month),
    "new_customers": _sum_of(adds_of_month),
    "net_seat_adds": _sum_of(seat_changes_of_month),
    "certified_people": _measure_certified_people,
    "production_instances": _measure_instances,
    "mau": _measure_mau,
    "mau_per_assigned_seat": _measure_mau_per_seat,
    "nps": _measure_nps,
}
