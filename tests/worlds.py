"""Random small worlds, full of edge cases, and random filters to ask them about."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from oracle.exams import ASSOCIATE_EXAMS, FIVE_EXAMS, RETIRED
from oracle.months import first_day, last_day, month_of, shift
from oracle.world import COLUMNS, Row, World

COUNTRIES = ("US", "DE", "FR", "KR", "BR", "JP")
COUNTRY_WITHOUT_FACTS = "NZ"
UNKNOWN_PRODUCT = "product-nowhere"
UNKNOWN_WORKLOAD = "Workload Nowhere"
LISTED_WORKLOADS = ("Customer Engagement", "Finance and Operations")
OTHER_WORKLOADS = ("Project Operations", "Remote Assist", "Business Intelligence")
CURRENCIES = ("USD", "EUR", "KRW")
UNLISTED_EXAMS = ("AZ-900", "70-347")

NAMES = {
    "Customer Engagement": ("Sales", "Customer Service", "Field Service", "Marketing", "Plan 1", "Talent"),
    "Finance and Operations": ("Finance", "Supply Chain Management", "Retail", "Commerce", "Plan 2", "Talent"),
    "Other": ("Enterprise Team Member", "Business Central", "Office 365", "Azure Data", "Team Member", "Mixed Reality"),
}
"""What products are called in worlds to score, by the family that they have in others."""

CLOUD_NAMES = (
    ("Intune", "Microsoft 365"),
    ("Teams", "Office 365"),
    ("Exchange", "Office 365"),
    ("Sentinel", "Azure"),
    ("Key Vault", "Azure"),
    ("Virtual Machines", "Azure"),
    ("Power BI", "Power Platform"),
)
"""Products of other programs, with their families, that cloud worlds have beside one of the first."""

BASELINE_DAY = date(2020, 10, 1)
"""The day from which the growth of people is measured."""

CERTIFICATES = (
    ("PL-200", "MB-210"),
    ("PL-200", "MB-240"),
    ("MB-200", "MB-230"),
    ("MB-200", "MB6-898"),
    ("MB-300", "MB-310"),
    ("MB-300", "MB6-897"),
    ("MB-300", "MB-500"),
    ("MB-300", "MB-700"),
    ("MB-300", "MB6-894"),
    ("MB-200", "MB-400"),
    ("MB-200", "MB2-716"),
    ("MB-800",),
    ("PL-400",),
)
"""Exams that make a consultant or a developer together."""

CLOUD_CERTIFICATES = (
    ("AZ-104",),
    ("AZ-104", "AZ-305"),
    ("AZ-500",),
    ("AZ-500", "SC-200"),
    ("SC-100", "SC-300"),
    ("SC-200",),
    ("MS-700",),
    ("MS-102",),
    ("DP-203",),
    ("PL-600",),
)
"""Exams that open a gate or count in other programs."""

TYPE_WEIGHTS = {
    "dpor": {"DPOR": 14, "CSP": 2, "CPOR": 2, "PAL": 1, "ADVISOR": 1},
    "pci-2020": {"DPOR": 8, "CSP": 5, "CPOR": 6, "PAL": 1, "ADVISOR": 1},
    "pci-2019": {"DPOR": 8, "CSP": 6, "CPOR": 4, "PAL": 1, "ADVISOR": 1},
}


@dataclass
class Draft:
    """A world in the making: its chance, its months, its settings and its rows so far."""

    rng: Random
    months: list[str]
    settings: dict[str, Any]
    facts: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    is_cloud: bool = False

    def add(self, table: str, **values: Any) -> Row:
        """Add one row, with null in the columns that are not given, and return it."""
        row = dict.fromkeys(COLUMNS[table]) | values
        self.facts[table].append(row)
        return row

    def ids(self, table: str) -> list[str]:
        """Return the keys of a table whose key is its first column."""
        return [row[COLUMNS[table][0]] for row in self.facts[table]]

    def chance(self, share: float) -> bool:
        """Return true in that share of the calls."""
        return self.rng.random() < share

    def pick(self, weights: dict[Any, int]) -> Any:
        """Return a key, the likelier the greater its weight."""
        return self.rng.choices(list(weights), list(weights.values()))[0]


@dataclass(frozen=True)
class Span:
    """One subscription's life, in places of the world's months; `last` None: it goes on."""

    first: int
    last: int | None
    licence_type: str = "paid"


def random_world(
    seed: int,
    *,
    partners: int | None = None,
    customers: int | None = None,
    products: int | None = None,
    months: int | None = None,
    end: str | None = None,
    monthly_counts: bool = False,
    scores: bool = False,
    busy: bool = False,
    **settings: Any,
) -> World:
    """
    Return the world of a seed: always the same one for the same arguments.

    Args:
        seed: chooses everything that is not given.
        partners: how many, locations included; 25 to 60 by chance.
        customers: how many; 15 to 40 by chance.
        products: how many, 3 or more; 4 to 6 by chance, the last of them never sold.
        months: of history, 3 or more; mostly 18 to 30, at times 5 to 12.
        end: the last month of history; about half lie in 2019-06 .. 2022-06.
        monthly_counts: give `activity_monthly` instead of `activity`.
        scores: add what scorecards look at, to the facts of the same seed without it: products of known names,
            customers that come, go and cross 5 users, and people with exams for consultants and developers,
            some of them one exam short. With monthly counts some of these customers have users all the same.
            Two worlds of five are cloud worlds: most of their products and people are those of other programs.
        busy: with scores, add a few customers of 15 to 70 users in each month.
        settings: overrides of the settings drawn, such as `k` or `contribution_policy`.
    """
    rng = Random(seed)
    drawn = _settings(rng, monthly_counts=monthly_counts) | settings
    count = rng.randint(5, 12) if rng.random() < 0.15 else rng.randint(18, 30)
    last = _last_month(rng, drawn["contribution_policy"])
    if scores and end is None:
        end = _last_month_to_score(Random(f"{seed} last month"))
    last, count = end or last, months or count
    draft = Draft(rng, [shift(last, by) for by in range(1 - count, 1)], drawn)
    _add_partners(draft, partners or rng.randint(25, 60))
    _add_products(draft, products or rng.randint(4, 6))
    _add_customers(draft, customers or rng.randint(15, 40))
    for customer_id in draft.ids("customers"):
        _add_subscriptions(draft, customer_id)
    _add_associations(draft)
    _add_billing(draft)
    for customer_id in draft.ids("customers"):
        if monthly_counts:
            _add_monthly_counts(draft, customer_id)
        else:
            _add_activity(draft, customer_id)
        _add_instances(draft, customer_id)
        _add_responses(draft, customer_id)
    _add_exam_passes(draft)
    if scores:
        draft.rng = Random(f"{seed} scores")
        _add_facts_to_score(draft, busy=busy)
        draft.rng = rng
    if draft.chance(0.25):
        _empty_month(draft, rng.choice(draft.months))
    return World(draft.facts, drawn)


def random_filter(world: World, rng: Random, *, unknown: bool = True) -> dict[str, tuple[str, ...]]:
    """
    Return `products`, `workloads` and `countries` to ask about, each empty at times.

    A product that nobody bought and a country without facts are among them; with `unknown` also
    a product and a workload that no table names.
    """
    products = [row["product_id"] for row in world.facts["products"]]
    texts = [row["workloads"] for row in world.facts["products"]]
    workloads = sorted({name for text in texts for name in text.split(";")} | set(LISTED_WORKLOADS))
    countries = sorted({row["country"] for row in world.facts["customers"]})
    countries += [COUNTRY_WITHOUT_FACTS]
    if unknown and rng.random() < 0.15:
        products, workloads = [*products, UNKNOWN_PRODUCT], [*workloads, UNKNOWN_WORKLOAD]
    return {
        "products": _some_of(rng, products),
        "workloads": _some_of(rng, workloads),
        "countries": _some_of(rng, countries),
    }


def random_month(world: World, rng: Random) -> str:
    """Return a data month: mostly the last, else any of the history or one beside it."""
    months: list[str] = sorted({row["month"] for row in world.facts["seats"]})
    if rng.random() < 0.5:
        return months[-1]
    return rng.choice([shift(months[0], -1), *months, shift(months[-1], 1)])


# Settings and dates


def _settings(rng: Random, *, monthly_counts: bool) -> dict[str, Any]:
    by_mean = monthly_counts or rng.random() < 0.15
    return {
        "reporting_currency": rng.choice(["USD", "USD", "EUR"]),
        "contribution_policy": rng.choice(sorted(TYPE_WEIGHTS)),
        "mau_method": "mean_monthly_distinct" if by_mean else "ttm_distinct_over_12",
        "k": rng.choice([1, 1, 2, 2, 3, 5]),
        "banding": "equal_width" if rng.random() < 0.25 else "quartile",
    }


def _last_month(rng: Random, policy: str) -> str:
    if policy == "pci-2019" and rng.random() < 0.6:
        return shift("2019-06", rng.randint(0, 18))
    if rng.random() < 0.5:
        return shift("2019-06", rng.randint(0, 36))
    return shift("2015-06", rng.randint(0, 120))


def _edge_day(rng: Random, month: str) -> date:
    first, last = first_day(month), last_day(month)
    days = [first, last, last, last - timedelta(days=1), first + timedelta(days=1)]
    return rng.choice([*days, first + timedelta(days=rng.randint(0, last.day - 1))])


def _month_at(draft: Draft, place: int) -> str:
    return shift(draft.months[0], place)


def _some_of(rng: Random, names: list[str]) -> tuple[str, ...]:
    if rng.random() < 0.45:
        return ()
    return tuple(rng.sample(names, min(len(names), rng.choice([1, 1, 1, 2, 3]))))


# Partners, products, customers


def _add_partners(draft: Draft, count: int) -> None:
    rng = draft.rng
    accounts: list[str] = []
    for number in range(1, count + 1):
        is_location = number > 3 and draft.chance(0.22)
        name = f"partner-{number:02d}"
        draft.add(
            "partners",
            partner_id=name,
            name=f"Partner {number}",
            country=rng.choice(COUNTRIES),
            parent_partner_id=rng.choice(accounts) if is_location else None,
            accounts=rng.choice(["MPN", "CSP", "MPN;CSP", None]),
            size=rng.choice(["small", "large", None]),
        )
        if not is_location:
            accounts.append(name)


def _add_products(draft: Draft, count: int) -> None:
    rng = draft.rng
    for number in range(1, count + 1):
        listed = LISTED_WORKLOADS[number % 2]
        other = rng.choice(OTHER_WORKLOADS)
        choices = [[listed], [listed, other], list(LISTED_WORKLOADS), [other]]
        workloads = [listed] if number <= 2 else rng.choice(choices)
        draft.add(
            "products",
            product_id=f"product-{number}",
            name=f"Product {number}",
            family=workloads[0] if workloads[0] in LISTED_WORKLOADS else "Other",
            workloads=";".join(workloads),
        )


def _add_customers(draft: Draft, count: int) -> None:
    rng = draft.rng
    countries = rng.sample(COUNTRIES, rng.choice([3, 4]))
    for number in range(1, count + 1):
        country = countries[number - 1] if number <= len(countries) else rng.choice(countries)
        draft.add(
            "customers",
            customer_id=f"customer-{number:02d}",
            name=f"Customer {number}",
            country=country,
            segment=rng.choice(["enterprise", "smb", None]),
        )


# Subscriptions and their seats


def _add_subscriptions(draft: Draft, customer_id: str) -> None:
    sold = draft.ids("products")[:-1]
    previous = None
    for span in _story(draft):
        product_id = draft.rng.choice([name for name in sold if name != previous])
        previous = product_id
        subscription = _add_subscription(draft, customer_id, product_id, span)
        if not draft.chance(0.04):
            _add_seats(draft, subscription, span)


def _story(draft: Draft) -> list[Span]:
    """Return a customer's subscriptions: steady, late, lost, back, moved, tried first, unpaid."""
    rng, end = draft.rng, len(draft.months) - 1
    start, middle = -rng.randint(0, 14), rng.randint(1, end - 1)
    late = rng.randint(max(1, end - 12), end)
    unpaid = rng.choice(["trial", "free", "internal"])
    stories = {
        "steady": [Span(start, None)],
        "two": [Span(start, None), Span(middle, None)],
        "three": [Span(start, None), Span(start + 2, middle), Span(middle, None)],
        "late": [Span(late, None)],
        "lost": [Span(start, late - 1)],
        "brief": [Span(middle, middle)],
        "back": [Span(start, middle), Span(min(end, middle + rng.randint(2, 5)), None)],
        "moved": [Span(start, late - 1), Span(late, None)],
        "moved_overlapping": [Span(start, late), Span(late, None)],
        "tried": [Span(late - 1, late - 1, "trial"), Span(late, None)],
        "trial_goes_on": [Span(start, None, "trial"), Span(late, None)],
        "unpaid": [Span(start, None, unpaid)],
        "mixed": [Span(start, None, unpaid), Span(start, middle), Span(late, None)],
        "none": [],
    }
    weights = {name: 1 if name in ("none", "unpaid") else 3 for name in stories}
    return stories[draft.pick(weights)]


def _add_subscription(draft: Draft, customer_id: str, product_id: str, span: Span) -> Row:
    rng = draft.rng
    start = _edge_day(rng, _month_at(draft, span.first))
    end = None if span.last is None else max(start, _edge_day(rng, _month_at(draft, span.last)))
    channel = draft.pick({"CSP": 6, "EA": 6, "WEB_DIRECT": 3, "OPEN": 1, "OTHER": 1})
    agreement = None
    if channel == "EA" and draft.chance(0.6):
        agreement = _edge_day(rng, shift(month_of(start), rng.randint(-10, 6)))
    return draft.add(
        "subscriptions",
        subscription_id=f"sub-{len(draft.facts['subscriptions']) + 1:03d}",
        customer_id=customer_id,
        product_id=product_id,
        channel=channel,
        licence_type=span.licence_type,
        start_date=start,
        end_date=end,
        agreement_start_date=agreement,
        billing_term=rng.choice(["monthly", "annual", None]),
    )


def _add_seats(draft: Draft, subscription: Row, span: Span) -> None:
    rng, end = draft.rng, len(draft.months) - 1
    first, last = max(0, span.first), end if span.last is None else min(end, span.last)
    if span.last is not None and last > first and draft.chance(0.3):
        last -= 1
    gap = _spell(draft, first, last, 0.2)
    troubled, trouble = _spell(draft, first, last, 0.25), rng.choice(["suspended", "deprovisioned"])
    in_grace = _spell(draft, first, last, 0.25)
    unsold = _spell(draft, first, last, 0.2)
    sold = rng.choice([1, 2, 5, 20, 300])
    for place in range(first, last + 1):
        sold = max(1, sold + draft.pick({0: 5, 1: 2, -1: 2, 7: 1, -9: 1}))
        if place in gap:
            continue
        state = trouble if place in troubled else "in_grace" if place in in_grace else "active"
        seats = 0 if place in unsold else sold
        assigned = rng.choice([0, seats, seats // 2, seats + 1])
        draft.add(
            "seats",
            month=draft.months[place],
            subscription_id=subscription["subscription_id"],
            state=state,
            sold_seats=seats,
            assigned_seats=assigned,
            active_seats=rng.choice([None, rng.randint(0, assigned)]),
        )


def _spell(draft: Draft, first: int, last: int, share: float) -> range:
    if last < first or not draft.chance(share):
        return range(0)
    start = draft.rng.randint(first, last)
    return range(start, start + draft.rng.randint(1, 3))


# Associations


def _add_associations(draft: Draft) -> None:
    rng = draft.rng
    names = draft.ids("partners")
    sellers = rng.sample(names, max(1, len(names) * 9 // 10))
    seen: set[tuple[Any, ...]] = set()
    near: dict[str, list[str]] = {}
    for subscription in draft.facts["subscriptions"]:
        known = near.setdefault(subscription["customer_id"], [])
        for _ in range(draft.pick({0: 1, 1: 3, 2: 4, 3: 3, 5: 2})):
            partner_id = rng.choice(known) if known and draft.chance(0.4) else rng.choice(sellers)
            known.append(partner_id)
            for holder in _with_family(draft, partner_id):
                row = _association(draft, holder, subscription)
                key = tuple(row[name] for name in COLUMNS["associations"][:5])
                if key not in seen:
                    seen.add(key)
                    draft.add("associations", **row)


def _with_family(draft: Draft, partner_id: str) -> list[str]:
    """Return the partner, and at times the account that it is a location of."""
    parents = {row["partner_id"]: row["parent_partner_id"] for row in draft.facts["partners"]}
    parent = parents[partner_id]
    return [partner_id, parent] if parent and draft.chance(0.4) else [partner_id]


def _association(draft: Draft, partner_id: str, subscription: Row) -> Row:
    rng = draft.rng
    kind = draft.pick(TYPE_WEIGHTS[draft.settings["contribution_policy"]])
    claim = draft.pick({"OSA": 4, "OSU": 4, "PRESALES": 2, None: 2}) if kind == "CPOR" else None
    any_month = rng.choice(draft.months)
    start = draft.pick(
        {
            subscription["start_date"]: 4,
            first_day(draft.months[0]): 2,
            _edge_day(rng, month_of(subscription["start_date"])): 2,
            _edge_day(rng, any_month): 2,
        }
    )
    ends: dict[date | None, int] = {None: 6}
    ends[_edge_day(rng, rng.choice(draft.months))] = 3
    ends[_edge_day(rng, month_of(start))] = 1
    last = subscription["end_date"]
    if last is not None:
        ends |= {last: 3, last - timedelta(days=1): 1, last_day(month_of(last)): 1}
    end = draft.pick(ends)
    return {
        "partner_id": partner_id,
        "subscription_id": subscription["subscription_id"],
        "type": kind,
        "claim": claim,
        "start_date": start,
        "end_date": None if end is None else max(start, end),
    }


# Billing


def _add_billing(draft: Draft) -> None:
    rng = draft.rng
    foreign = [code for code in CURRENCIES if code != draft.settings["reporting_currency"]]
    before_and_after = [shift(draft.months[0], -2), shift(draft.months[0], -1), *draft.months]
    before_and_after += [shift(draft.months[-1], 1)]
    for month in before_and_after:
        for code in foreign:
            draft.add("exchange_rates", month=month, currency=code, rate=_rate(rng))
    for subscription in draft.facts["subscriptions"]:
        every = draft.pick({1: 6, 3: 2, 12: 1, 0: 1})
        if every and (subscription["licence_type"] == "paid" or draft.chance(0.3)):
            _add_lines(draft, subscription, before_and_after, every)


def _add_lines(draft: Draft, subscription: Row, months: list[str], every: int) -> None:
    rng = draft.rng
    start, end = subscription["start_date"], subscription["end_date"]
    first = shift(month_of(start), -1 if draft.chance(0.2) else 0)
    last = shift(month_of(end), 1) if end else months[-1]
    usual = rng.choice(CURRENCIES)
    living = [month for month in months if first <= month <= last]
    for place, month in enumerate(living):
        if place % every:
            continue
        amount = _amount(rng)
        currency = rng.choice(CURRENCIES) if draft.chance(0.1) else usual
        _add_line(draft, subscription, month, amount, currency)
        if draft.chance(0.1):
            credited_in = month if draft.chance(0.5) else min(months[-1], shift(month, 1))
            credit = -amount if draft.chance(0.5) else -_amount(rng)
            _add_line(draft, subscription, credited_in, credit, currency)


def _add_line(draft: Draft, subscription: Row, month: str, amount: Decimal, currency: str) -> None:
    draft.add(
        "billing_lines",
        invoice_id=f"invoice-{month}-{subscription['customer_id']}",
        line_id=f"line-{len(draft.facts['billing_lines']) + 1:05d}",
        billing_month=month,
        subscription_id=subscription["subscription_id"],
        amount=amount,
        currency=currency,
        charge_type="credit" if amount < 0 else draft.rng.choice(["new", "cycleCharge", None]),
    )


def _amount(rng: Random) -> Decimal:
    places = rng.choice([0, 2, 2, 2, 4, 6])
    return Decimal(rng.randint(0, 500 * 10**places)).scaleb(-places)


def _rate(rng: Random) -> Decimal:
    places = rng.randint(0, 6)
    return Decimal(rng.randint(1, 2 * 10**places)).scaleb(-places)


# Use: activity, instances, survey


def _bought_by(draft: Draft, customer_id: str) -> list[str]:
    subscriptions = draft.facts["subscriptions"]
    return [row["product_id"] for row in subscriptions if row["customer_id"] == customer_id]


def _product_near(draft: Draft, customer_id: str) -> Row:
    """Return a product that the customer has, at times another."""
    names = _bought_by(draft, customer_id)
    if not names or draft.chance(0.08):
        names = draft.ids("products")[:-1]
    chosen = draft.rng.choice(names)
    return next(row for row in draft.facts["products"] if row["product_id"] == chosen)


def _add_activity(draft: Draft, customer_id: str) -> None:
    """Add events; user ids repeat from customer to customer, and rows repeat as they are."""
    rng = draft.rng
    users = [f"user-{number}" for number in range(1, rng.randint(1, 9))]
    for month in [shift(draft.months[0], -1), *draft.months, shift(draft.months[-1], 1)]:
        if not users or draft.chance(0.25):
            continue
        for _ in range(rng.randint(1, 4)):
            product = _product_near(draft, customer_id)
            row = draft.add(
                "activity",
                date=_edge_day(rng, month),
                customer_id=customer_id,
                user_id=rng.choice(users),
                product_id=product["product_id"],
                workload=rng.choice(product["workloads"].split(";")),
                intentional=not draft.chance(0.2),
            )
            if draft.chance(0.1):
                draft.add("activity", **row)


def _add_monthly_counts(draft: Draft, customer_id: str) -> None:
    rng = draft.rng
    for month in [shift(draft.months[0], -1), *draft.months]:
        seen: set[tuple[str, str]] = set()
        for _ in range(rng.randint(0, 3)):
            product = _product_near(draft, customer_id)
            workload = rng.choice(product["workloads"].split(";"))
            if (product["product_id"], workload) in seen:
                continue
            seen.add((product["product_id"], workload))
            draft.add(
                "activity_monthly",
                month=month,
                customer_id=customer_id,
                product_id=product["product_id"],
                workload=workload,
                active_users=rng.choice([0, 1, 3, 10, 250]),
            )


def _add_instances(draft: Draft, customer_id: str) -> None:
    rng = draft.rng
    for _ in range(rng.randint(0, 3)):
        deployed = _edge_day(rng, _month_at(draft, rng.randint(-6, len(draft.months))))
        retired = None
        if draft.chance(0.4):
            retired = max(deployed, _edge_day(rng, rng.choice(draft.months[-14:])))
        draft.add(
            "instances",
            instance_id=f"instance-{len(draft.facts['instances']) + 1:03d}",
            customer_id=customer_id,
            product_id=_product_near(draft, customer_id)["product_id"],
            kind="sandbox" if draft.chance(0.25) else "production",
            deployed_on=deployed,
            retired_on=retired,
        )


def _add_responses(draft: Draft, customer_id: str) -> None:
    rng = draft.rng
    for _ in range(rng.randint(0, 6)):
        draft.add(
            "survey_responses",
            response_id=f"response-{len(draft.facts['survey_responses']) + 1:04d}",
            customer_id=customer_id,
            product_id=_product_near(draft, customer_id)["product_id"],
            responded_on=_edge_day(rng, rng.choice(draft.months)),
            score=rng.choice([0, 6, 7, 8, 9, 10, rng.randint(0, 10)]),
        )


# People


def _add_exam_passes(draft: Draft) -> None:
    """Add passes; some people work for several partners, locations and countries."""
    rng = draft.rng
    partners = draft.facts["partners"]
    lists = [*FIVE_EXAMS.values(), *ASSOCIATE_EXAMS.values()]
    exams = sorted(set().union(*lists)) + list(UNLISTED_EXAMS)
    seen: set[tuple[Any, ...]] = set()
    for number in range(1, len(partners) * 3 // 2):
        employers = rng.sample(partners, draft.pick({1: 6, 2: 2, 3: 1}))
        same_exam = rng.choice(exams) if draft.chance(0.3) else None
        for _ in range(rng.randint(1, 4)):
            employer = rng.choice(employers)
            at_home = draft.chance(0.7)
            exam = same_exam or rng.choice(exams)
            passed = _passed_on(draft, exam)
            key = (f"person-{number:03d}", employer["partner_id"], exam, passed)
            if key in seen:
                continue
            seen.add(key)
            draft.add(
                "exam_passes",
                person_id=key[0],
                partner_id=key[1],
                location_country=employer["country"] if at_home else rng.choice(COUNTRIES),
                exam=exam,
                passed_on=passed,
                expires_on=_expires_on(draft, passed),
            )


def _passed_on(draft: Draft, exam: str) -> date:
    rng = draft.rng
    if exam in RETIRED and draft.chance(0.4):
        nearby = rng.choice([-400, -2, -1, -1, 0, 0, 1])
        return RETIRED[exam].retired_on + timedelta(days=nearby)
    return _edge_day(rng, _month_at(draft, rng.randint(-12, len(draft.months))))


def _expires_on(draft: Draft, passed: date) -> date | None:
    rng = draft.rng
    if draft.chance(0.5):
        return None
    end = last_day(rng.choice(draft.months[-13:]))
    return max(passed + timedelta(days=1), end + timedelta(days=rng.choice([-1, 0, 0, 1, 30])))


# What scorecards look at


def _last_month_to_score(rng: Random) -> str | None:
    """Return mostly a month in which dated rules of people change, else none."""
    return shift("2020-09", rng.randint(0, 24)) if rng.random() < 0.7 else None


def _add_facts_to_score(draft: Draft, *, busy: bool) -> None:
    rng = draft.rng
    draft.is_cloud = draft.chance(0.4)
    _name_products(draft)
    names = draft.ids("partners")
    few = rng.sample(names, min(len(names), 6))
    for number in range(1, rng.randint(5, 9)):
        _add_comer_and_goer(draft, f"comer-{number:02d}", few)
    for number in range(1, rng.randint(9, 19)):
        _add_crosser(draft, f"crosser-{number:02d}", few)
    if busy:
        for number in range(1, rng.randint(3, 5)):
            _add_busy_customer(draft, f"busy-{number:02d}", few)
    _add_certified_people(draft, few)


def _name_products(draft: Draft) -> None:
    """Give the products known names, some in capitals; the same family can be written in capitals too."""
    taken: set[str] = set()
    for number, row in enumerate(draft.facts["products"]):
        choices = [(name, row["family"]) for name in NAMES[row["family"]]]
        if draft.is_cloud and number:
            choices = list(CLOUD_NAMES)
        free = [(name, family) for name, family in choices if name not in taken]
        name, family = draft.rng.choice(free or [(row["name"], row["family"])])
        taken.add(name)
        row["name"] = name.upper() if draft.chance(0.2) else name
        row["family"] = family.upper() if draft.chance(0.2) else family


def _sold_product(draft: Draft) -> Row:
    """Return a product, mostly one of a listed workload."""
    products = draft.facts["products"]
    return draft.rng.choice(products[:2] if draft.chance(0.7) else products[:-1])


def _add_country_of(draft: Draft, customer_id: str) -> None:
    draft.add(
        "customers",
        customer_id=customer_id,
        name=customer_id.replace("-", " ").capitalize(),
        country=draft.rng.choice(COUNTRIES),
    )


def _add_paid_months(draft: Draft, customer_id: str, product: Row, first: int, last: int) -> Row:
    """Add a paid subscription with seats from one place of the months to another, and its billing."""
    end = len(draft.months) - 1
    subscription = _add_subscription(draft, customer_id, product["product_id"], Span(first, None))
    sold = draft.rng.choice([1, 3, 12, 40, 400])
    for place in range(max(0, first), min(end, last) + 1):
        draft.add(
            "seats",
            month=draft.months[place],
            subscription_id=subscription["subscription_id"],
            state="active",
            sold_seats=sold,
            assigned_seats=sold // 2,
        )
        if draft.chance(0.7):
            amount = _amount(draft.rng) * draft.rng.choice([1, 4, 10])
            _add_line(draft, subscription, draft.months[place], amount, draft.rng.choice(CURRENCIES))
    return subscription


def _associate(draft: Draft, subscription: Row, partners: list[str], start: date, end: date | None = None) -> None:
    """Add associations, most of which credit sale and usage under every policy."""
    claims = 4 if draft.is_cloud else 1
    kinds = {("DPOR", None): 6, ("CSP", None): 6, ("CPOR", "OSA"): claims, ("CPOR", "OSU"): claims}
    kinds |= {("PAL", None): claims - 1}
    for partner_id in partners:
        kind, claim = draft.pick(kinds)
        draft.add(
            "associations",
            partner_id=partner_id,
            subscription_id=subscription["subscription_id"],
            type=kind,
            claim=claim,
            start_date=start,
            end_date=None if end is None else max(start, end),
        )


def _some_partners(draft: Draft, few: list[str]) -> list[str]:
    """Return one to three partners, mostly of the few, and the first of them in half of the cases."""
    rng = draft.rng
    pool = few[1:] if draft.chance(0.8) else draft.ids("partners")
    chosen = rng.sample(pool, min(len(pool), rng.choice([1, 1, 2, 3])))
    return list(dict.fromkeys([few[0], *chosen])) if draft.chance(0.5) else chosen


def _add_comer_and_goer(draft: Draft, customer_id: str, few: list[str]) -> None:
    """Add a customer that is lost and comes back, mostly with other partners, within a year or after more."""
    rng, end = draft.rng, len(draft.months) - 1
    _add_country_of(draft, customer_id)
    place = rng.randint(-2, max(1, end - 8))
    partners = _some_partners(draft, few)
    while place <= end:
        last = place + rng.choice([0, 1, 3, 5, 11, 12])
        subscription = _add_paid_months(draft, customer_id, _sold_product(draft), place, last)
        start = _edge_day(rng, _month_at(draft, place + rng.choice([0, 0, 0, 1])))
        ends = {None: 3, last_day(_month_at(draft, last)): 3, last_day(_month_at(draft, last + 1)): 1}
        ends[_edge_day(rng, _month_at(draft, last))] = 1
        _associate(draft, subscription, partners, start, draft.pick(ends))
        place = last + 1 + rng.choice([0, 1, 1, 2, 4])
        partners = partners if draft.chance(0.2) else _some_partners(draft, few)


def _add_crosser(draft: Draft, customer_id: str, few: list[str]) -> None:
    """Add a customer whose users reach 5, or just do not, in one of the last months, at times to fall again."""
    rng, end = draft.rng, len(draft.months) - 1
    _add_country_of(draft, customer_id)
    products = [_sold_product(draft) for _ in range(rng.choice([1, 1, 2]))]
    ends_early = draft.chance(0.1)
    for product in products:
        last = end - rng.randint(0, 6) if ends_early else end
        subscription = _add_paid_months(draft, customer_id, product, rng.randint(-3, 2), last)
        start = last_day(_month_at(draft, rng.choice([0, 0, end - 1, end, end + 1])))
        _associate(draft, subscription, _some_partners(draft, few), start)
    crossing = end - rng.choice([0, 1, 3, 5, 7, 9, 10, 10, 11, 12, 13])
    falling = crossing + rng.choice([1, 2, 99, 99])
    before, after = rng.choice([0, 3, 4, 4, 5]), rng.choice([4, 5, 5, 5, 6, 9])
    for place in range(max(0, end - 14), end + 1):
        count = after if crossing <= place < falling else before
        _add_users(draft, customer_id, products, draft.months[place], count)
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        _add_instance_to_score(draft, customer_id, rng.choice(products)["product_id"])


def _add_busy_customer(draft: Draft, customer_id: str, few: list[str]) -> None:
    """Add a customer with many users in every month, so that a partner's baseline is about 50."""
    rng, end = draft.rng, len(draft.months) - 1
    _add_country_of(draft, customer_id)
    product = _sold_product(draft)
    subscription = _add_paid_months(draft, customer_id, product, -1, end)
    others = [name for name in draft.ids("partners") if name not in few]
    partners = _some_partners(draft, few) + rng.sample(others, min(len(others), 2))
    _associate(draft, subscription, list(dict.fromkeys(partners)), first_day(draft.months[0]))
    base = rng.choice([15, 40, 49, 49, 49, 50, 50, 50, 60])
    growth = rng.choice([-9, 0, 5, 17, 18, 20])
    for place, month in enumerate(draft.months):
        _add_users(draft, customer_id, [product], month, base if place <= end - 12 else base + growth)


def _add_users(draft: Draft, customer_id: str, products: list[Row], month: str, count: int) -> None:
    """Add so many users, spread over the products; at times one of them uses two, or acts without intent."""
    rng = draft.rng
    rows = [rng.choice(products) for _ in range(count)]
    if draft.facts["activity_monthly"] and not draft.chance(0.2):
        _add_counts(draft, customer_id, rows, month)
        return
    for number, product in enumerate(rows, 1):
        seen = draft.add(
            "activity",
            date=_edge_day(rng, month),
            customer_id=customer_id,
            user_id=f"user-{number}",
            product_id=product["product_id"],
            workload=rng.choice(product["workloads"].split(";")),
            intentional=True,
        )
        if draft.chance(0.1):
            draft.add("activity", **(seen | {"user_id": "robot", "intentional": False}))
        if draft.chance(0.05):
            draft.add("activity", **(seen | {"date": _edge_day(rng, month)}))


def _add_counts(draft: Draft, customer_id: str, rows: list[Row], month: str) -> None:
    counts: dict[tuple[str, str], int] = {}
    for product in rows:
        pair = (product["product_id"], draft.rng.choice(product["workloads"].split(";")))
        counts[pair] = counts.get(pair, 0) + 1
    for (product_id, workload), users in counts.items():
        draft.add(
            "activity_monthly",
            month=month,
            customer_id=customer_id,
            product_id=product_id,
            workload=workload,
            active_users=users,
        )


def _add_instance_to_score(draft: Draft, customer_id: str, product_id: str) -> None:
    """Add an instance that mostly runs; the others start or end around the last day."""
    rng, end = draft.rng, last_day(draft.months[-1])
    near = [end - timedelta(days=1), end, end + timedelta(days=1)]
    deployed = rng.choice(near) if draft.chance(0.15) else first_day(_month_at(draft, rng.randint(-5, 3)))
    retired = rng.choice(near) if draft.chance(0.2) else None
    draft.add(
        "instances",
        instance_id=f"instance-{len(draft.facts['instances']) + 1:03d}",
        customer_id=customer_id,
        product_id=product_id,
        kind="sandbox" if draft.chance(0.15) else "production",
        deployed_on=deployed,
        retired_on=None if retired is None else max(retired, deployed),
    )


def _add_certified_people(draft: Draft, few: list[str]) -> None:
    """Add consultants and developers, some one exam short, and some with exams at two locations of an account."""
    rng = draft.rng
    partners = draft.facts["partners"]
    seen: set[tuple[Any, ...]] = set()
    for number in range(1, len(partners) * 3):
        employer = rng.choice(partners)
        if draft.chance(0.4):
            favoured = rng.choice(few[: rng.choice([1, 1, 3, 6])])
            employer = next(row for row in partners if row["partner_id"] == favoured)
        account = employer["parent_partner_id"] or employer["partner_id"]
        family = [row for row in partners if account in (row["partner_id"], row["parent_partner_id"])]
        certificates = CLOUD_CERTIFICATES if draft.is_cloud and draft.chance(0.7) else CERTIFICATES
        exams = list(rng.choice(certificates)) + list(rng.choice(certificates) if draft.chance(0.25) else ())
        if draft.chance(0.2):
            exams.pop(rng.randrange(len(exams)))
        for exam in exams:
            holder = rng.choice(family) if draft.chance(0.15) else employer
            passed = _passed_to_score(draft, exam)
            key = (f"consultant-{number:03d}", holder["partner_id"], exam, passed)
            if key in seen:
                continue
            seen.add(key)
            draft.add(
                "exam_passes",
                person_id=key[0],
                partner_id=key[1],
                location_country=holder["country"],
                exam=exam,
                passed_on=passed,
                expires_on=_expires_to_score(draft, passed),
            )


def _passed_to_score(draft: Draft, exam: str) -> date:
    rng = draft.rng
    if exam in RETIRED:
        return RETIRED[exam].retired_on + timedelta(days=rng.choice([-300, -90, -2, -1, -1, 0, 1]))
    if draft.chance(0.3):
        return BASELINE_DAY + timedelta(days=rng.choice([-30, -1, 0, 0, 1]))
    return _edge_day(rng, _month_at(draft, rng.randint(-6, len(draft.months))))


def _expires_to_score(draft: Draft, passed: date) -> date | None:
    """Return mostly nothing, else a day at the end of one of the months before and after the last."""
    if draft.chance(0.6):
        return None
    end = last_day(_month_at(draft, len(draft.months) - 1 + draft.rng.randint(-2, 12)))
    return max(passed + timedelta(days=1), end + timedelta(days=draft.rng.choice([-1, 0, 0, 1])))


# A month without facts


def _empty_month(draft: Draft, month: str) -> None:
    for table, column in (
        ("seats", "month"),
        ("billing_lines", "billing_month"),
        ("exchange_rates", "month"),
        ("activity_monthly", "month"),
    ):
        draft.facts[table] = [row for row in draft.facts[table] if row[column] != month]
    for table, column in (
        ("activity", "date"),
        ("survey_responses", "responded_on"),
        ("instances", "deployed_on"),
        ("exam_passes", "passed_on"),
    ):
        rows = draft.facts[table]
        draft.facts[table] = [row for row in rows if month_of(row[column]) != month]
