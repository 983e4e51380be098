"""The rows behind a metric, and those that were near but did not count, by going over every fact (decisions.md 5)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from oracle.credit import (
    CLAIM_OF_GROUP,
    SALE,
    USAGE,
    customer_credit,
    is_active,
    paid_seats,
    seats_of_month,
    subscription_credit,
)
from oracle.exams import is_valid, selected_exams
from oracle.metrics import COUNTED_CHANNELS, exchange_rate
from oracle.months import first_day, last_day, month_of, shift, trailing
from oracle.selection import (
    Filter,
    make_filter,
    selects_activity,
    selects_customer,
    selects_product,
    selects_subscription,
)
from oracle.world import Row, World, first_month, grouped, keyed, remembered

NUMERATOR, DENOMINATOR = "numerator", "denominator"

OF_AN_ASSOCIATION = (
    "trial",
    "not_paid",
    "outranked_by_cpor",
    "presales_claim",
    "association_type_not_counted",
    "association_not_active",
)
"""Why an association credits nothing. Of several the first here speaks; the first two are for customer credit only."""


@dataclass(frozen=True)
class Question:
    """A partner, a data month, a filter, and what the partner's rows are looked for among."""

    partner_id: str
    month: str
    chosen: Filter


def explained(
    world: World,
    partner_id: str,
    metric: str,
    month: str,
    products: Iterable[str] = (),
    workloads: Iterable[str] = (),
    countries: Iterable[str] = (),
) -> list[Row]:
    """
    Return the rows of one metric of a partner, counted and not counted.

    A row has

    - `side`: `numerator` or `denominator`; the 12 of `mau` has no rows;
    - `counted`, and `reason`: None when it counts, else why it does not: the first that holds;
    - `month`: of the fact; of a state, the data month; of a user over twelve months, the last that counts;
    - `customer_id`, `subscription_id`, `product_id`, `workload`: None where there are several or none;
    - `item`: `INVOICE/LINE`, person, instance, user or response; None for adds, seats and counts of users;
    - `amount`: a Fraction; what it adds, or would add;
    - `selected`: whether the filter takes the fact. A row that another rule keeps out has that rule's reason, also
      when it is not selected.

    The rows not counted of people and users are not told. Assigned seats and counts of users are told when above 0.
    """
    if partner_id not in keyed(world, "partners", "partner_id"):
        raise KeyError(f"partner '{partner_id}' is not in the world")
    asked = Question(partner_id, month, make_filter(products, workloads, countries))
    rows = [row for rows_of in ROWS_OF[metric] for row in rows_of(world, asked)]
    return sorted(rows, key=lambda row: [(row[name] is not None, row[name]) for name in ORDER])


def counted_sum(rows: Iterable[Row], side: str = NUMERATOR) -> Fraction:
    """Return what the counted rows of a side add up to."""
    return sum((row["amount"] for row in rows if row["counted"] and row["side"] == side), Fraction(0))


ORDER = ("side", "month", "customer_id", "subscription_id", "product_id", "workload", "item")
"""The columns that tell the rows of a metric apart, and their order."""


# Revenue and seats: each fact is of a subscription


def _billing_rows(world: World, asked: Question) -> Iterator[Row]:
    for line in world.facts["billing_lines"]:
        subscription = keyed(world, "subscriptions", "subscription_id")[line["subscription_id"]]
        month = line["billing_month"]
        rate = exchange_rate(world, line["currency"], month)
        is_near = subscription["customer_id"] in near_customers(world, asked.partner_id)
        if not is_near or not shift(asked.month, -23) <= month <= asked.month or rate is None:
            continue
        yield _row(
            NUMERATOR,
            month,
            subscription,
            item=f"{line['invoice_id']}/{line['line_id']}",
            amount=Fraction(line["amount"]) * rate,
            selected=selects_subscription(world, asked.chosen, subscription),
            reasons=[
                _too_old(asked, month),
                _not_revenue(subscription, month),
                why_no_subscription_credit(world, asked.partner_id, subscription, month, SALE),
            ],
        )


def _not_revenue(subscription: Row, billing_month: str) -> str | None:
    if subscription["channel"] not in COUNTED_CHANNELS:
        return "channel_not_counted"
    if subscription["channel"] == "EA":
        first = month_of(subscription["agreement_start_date"] or subscription["start_date"])
        if billing_month < first:
            return "ea_before_agreement"
        if billing_month > shift(first, 11):
            return "ea_after_first_year"
    return None


def _seat_rows(world: World, asked: Question) -> Iterator[Row]:
    for subscription in world.facts["subscriptions"]:
        if subscription["customer_id"] not in near_customers(world, asked.partner_id):
            continue
        for month in _months_told(world, asked):
            before, now = (_seats(world, subscription, each) for each in (shift(month, -1), month))
            if now == before:
                continue
            credit_month = month if now > before else shift(month, -1)
            yield _row(
                NUMERATOR,
                month,
                subscription,
                item=None,
                amount=Fraction(now - before),
                selected=selects_subscription(world, asked.chosen, subscription),
                reasons=[
                    _too_old(asked, month),
                    _without_predecessor(world, month),
                    _not_paid(subscription),
                    why_no_subscription_credit(world, asked.partner_id, subscription, credit_month, SALE),
                ],
            )


def _seats(world: World, subscription: Row, month: str) -> int:
    """Return the sold seats of a subscription of any licence type while it is active or in grace."""
    row = seats_of_month(world, month).get(subscription["subscription_id"])
    return int(row["sold_seats"]) if row and row["state"] in ("active", "in_grace") else 0


def _not_paid(subscription: Row) -> str | None:
    return {"paid": None, "trial": "trial"}.get(subscription["licence_type"], "not_paid")


# Adds, instances, responses, assigned seats: each fact is of a customer


def _add_rows(world: World, asked: Question) -> Iterator[Row]:
    for customer_id in near_customers(world, asked.partner_id):
        for month in _months_told(world, asked):
            is_add = _is_add(world, Filter(), customer_id, month)
            selected = _is_add(world, asked.chosen, customer_id, month)
            if is_add or selected:
                yield _row(
                    NUMERATOR,
                    month,
                    {"customer_id": customer_id},
                    item=None,
                    amount=Fraction(1),
                    selected=selected,
                    reasons=[
                        _too_old(asked, month),
                        _without_predecessor(world, month),
                        why_no_customer_credit(world, asked.partner_id, customer_id, month, SALE),
                    ],
                )


def _is_add(world: World, chosen: Filter, customer_id: str, month: str) -> bool:
    """Say whether the customer goes from no paid seat to one or more, over all subscriptions that are chosen."""
    own = [
        row["subscription_id"]
        for row in grouped(world, "subscriptions", "customer_id").get(customer_id, [])
        if selects_subscription(world, chosen, row)
    ]
    before, now = (sum(paid_seats(world, each).get(name, 0) for name in own) for each in (shift(month, -1), month))
    return before == 0 and now >= 1


def _instance_rows(world: World, asked: Question) -> Iterator[Row]:
    """Give the instances of the data month and those that ended in the window."""
    end = last_day(asked.month)
    for row in world.facts["instances"]:
        retired = row["retired_on"]
        is_near = row["customer_id"] in near_customers(world, asked.partner_id)
        has_run = row["deployed_on"] <= end and (retired is None or retired >= first_day(trailing(asked.month)[0]))
        if is_near and has_run:
            is_over = retired is not None and retired <= end
            yield _row(
                NUMERATOR,
                asked.month,
                {"customer_id": row["customer_id"], "product_id": row["product_id"]},
                item=row["instance_id"],
                amount=Fraction(1),
                selected=_selects(world, asked.chosen, row),
                reasons=[
                    None if row["kind"] == "production" else "sandbox",
                    "instance_retired" if is_over else None,
                    why_no_customer_credit(world, asked.partner_id, row["customer_id"], asked.month, USAGE),
                ],
            )


def _response_rows(world: World, asked: Question) -> Iterator[Row]:
    """Give each response above the line, and those that count below it too."""
    for row in world.facts["survey_responses"]:
        month = month_of(row["responded_on"])
        is_near = row["customer_id"] in near_customers(world, asked.partner_id)
        if not is_near or not shift(asked.month, -23) <= month <= asked.month:
            continue
        above = _row(
            NUMERATOR,
            month,
            {"customer_id": row["customer_id"], "product_id": row["product_id"]},
            item=row["response_id"],
            amount=Fraction(100 if row["score"] >= 9 else -100 if row["score"] <= 6 else 0),
            selected=_selects(world, asked.chosen, row),
            reasons=[
                _too_old(asked, month),
                why_no_customer_credit(world, asked.partner_id, row["customer_id"], month, USAGE),
            ],
        )
        yield above
        if above["counted"]:
            yield above | {"side": DENOMINATOR, "amount": Fraction(1)}


def _assigned_rows(world: World, asked: Question) -> Iterator[Row]:
    """Give twelve times the assigned seats of each subscription, since users are over twelve months."""
    for subscription in world.facts["subscriptions"]:
        row = seats_of_month(world, asked.month).get(subscription["subscription_id"])
        is_near = subscription["customer_id"] in near_customers(world, asked.partner_id)
        if is_near and row and row["assigned_seats"]:
            yield _row(
                DENOMINATOR,
                asked.month,
                subscription,
                item=None,
                amount=Fraction(12 * row["assigned_seats"]),
                selected=selects_subscription(world, asked.chosen, subscription),
                reasons=[
                    None if row["state"] in ("active", "in_grace") else "subscription_not_active",
                    why_no_customer_credit(world, asked.partner_id, subscription["customer_id"], asked.month, USAGE),
                ],
            )


# People and users: what counts


def _people_rows(world: World, asked: Question) -> Iterator[Row]:
    exams = selected_exams(world, asked.chosen, asked.month)
    people = set()
    for row in world.facts["exam_passes"]:
        is_here = not asked.chosen.countries or row["location_country"] in asked.chosen.countries
        is_own = row["partner_id"] in own_partners(world, asked.partner_id)
        if is_own and is_here and row["exam"] in exams and is_valid(row, asked.month):
            people.add(row["person_id"])
    for person in people:
        yield _row(NUMERATOR, asked.month, {}, item=person, amount=Fraction(1), selected=True, reasons=[])


def _user_rows(world: World, asked: Question) -> Iterator[Row]:
    """Give each user once, or once a month, and then the counts of feeds without users."""
    used = {
        (month_of(row["date"]), row["customer_id"], row["user_id"])
        for row in world.facts["activity"]
        if row["intentional"] and _is_used(world, asked, row, month_of(row["date"]))
    }
    if world.settings["mau_method"] == "ttm_distinct_over_12":
        last = {(customer, user): month for month, customer, user in sorted(used)}
        used = {(month, *key) for key, month in last.items()}
    for month, customer, user in used:
        about = {"customer_id": customer}
        yield _row(NUMERATOR, month, about, item=user, amount=Fraction(1), selected=True, reasons=[])


def _reported_rows(world: World, asked: Question) -> Iterator[Row]:
    if world.settings["mau_method"] == "ttm_distinct_over_12":
        return
    for row in world.facts["activity_monthly"]:
        if row["active_users"] and _is_used(world, asked, row, row["month"]):
            amount = Fraction(row["active_users"])
            yield _row(NUMERATOR, row["month"], row, item=None, amount=amount, selected=True, reasons=[])


def _is_used(world: World, asked: Question, row: Row, month: str) -> bool:
    """Say whether use counts: in the window, selected, in a month with customer credit (usage)."""
    return (
        month in trailing(asked.month)
        and selects_activity(asked.chosen, row)
        and selects_customer(world, asked.chosen, row["customer_id"])
        and asked.partner_id in customer_credit(world, month, USAGE).get(row["customer_id"], ())
    )


# Who is near, and why it is not credited


@remembered
def own_partners(world: World, partner_id: str) -> frozenset[str]:
    """Return the partner and the locations of it."""
    locations = grouped(world, "partners", "parent_partner_id").get(partner_id, [])
    return frozenset({partner_id} | {row["partner_id"] for row in locations})


@remembered
def near_customers(world: World, partner_id: str) -> frozenset[str]:
    """Return the customers on one of whose subscriptions the partner or a location ever has an association."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    return frozenset(
        subscriptions[row["subscription_id"]]["customer_id"]
        for row in world.facts["associations"]
        if row["partner_id"] in own_partners(world, partner_id)
    )


def why_no_subscription_credit(world: World, partner_id: str, subscription: Row, month: str, group: str) -> str | None:
    """Return why a partner is not credited on a subscription at the end of a month; None when it is."""
    if partner_id in subscription_credit(world, subscription["subscription_id"], month, group):
        return None
    found = {
        _why_not(world, row, subscription, month, group)
        for row in _own_associations(world, partner_id, subscription["subscription_id"])
    }
    return next((reason for reason in OF_AN_ASSOCIATION if reason in found), "no_association")


def why_no_customer_credit(world: World, partner_id: str, customer_id: str, month: str, group: str) -> str | None:
    """
    Return why a partner is not credited for a customer at the end of a month; None when it is.

    An active association on a subscription that is not paid then has that reason, before all others.
    """
    if partner_id in customer_credit(world, month, group).get(customer_id, ()):
        return None
    found = set()
    for subscription in grouped(world, "subscriptions", "customer_id").get(customer_id, []):
        is_paid = subscription["subscription_id"] in paid_seats(world, month)
        for row in _own_associations(world, partner_id, subscription["subscription_id"]):
            reason = _why_not(world, row, subscription, month, group)
            if reason != "association_not_active" and not is_paid:
                reason = _not_paid(subscription) or "not_paid"
            found.add(reason)
    return next((reason for reason in OF_AN_ASSOCIATION if reason in found), "no_association")


def _own_associations(world: World, partner_id: str, subscription_id: str) -> list[Row]:
    known = grouped(world, "associations", "subscription_id").get(subscription_id, [])
    return [row for row in known if row["partner_id"] in own_partners(world, partner_id)]


def _why_not(world: World, association: Row, subscription: Row, month: str, group: str) -> str | None:
    """Return why one association earns no credit of the group; None when it earns it."""
    if not is_active(association, subscription, month):
        return "association_not_active"
    kind, claim = association["type"], association["claim"]
    policy = world.settings["contribution_policy"]
    known = grouped(world, "associations", "subscription_id")[subscription["subscription_id"]]
    claims = {row["claim"] for row in known if row["type"] == "CPOR" and is_active(row, subscription, month)}
    credits_it = {
        "dpor": kind == "DPOR",
        "pci-2020": kind in ("CSP", "DPOR") or (kind == "CPOR" and claim == CLAIM_OF_GROUP[group]),
        "pci-2019": kind in ("DPOR", "CPOR") or (kind == "CSP" and month >= "2019-07"),
    }[policy]
    yields = {"dpor": False, "pci-2020": CLAIM_OF_GROUP[group] in claims, "pci-2019": bool(claims)}[policy]
    if credits_it:
        return "outranked_by_cpor" if kind == "DPOR" and yields else None
    return "presales_claim" if claim == "PRESALES" else "association_type_not_counted"


# Rows


def _row(
    side: str,
    month: str,
    about: Row,
    *,
    item: str | None,
    amount: Fraction,
    selected: bool,
    reasons: list[str | None],
) -> Row:
    """Return a row: it counts when no rule keeps it out and the filter takes it."""
    known = (reason for reason in reasons if reason is not None)
    reason = next(known, None if selected else "filtered_out")
    names = ("customer_id", "subscription_id", "product_id", "workload")
    return {
        "side": side,
        "counted": reason is None,
        "reason": reason,
        "month": month,
        **{name: about.get(name) for name in names},
        "item": item,
        "amount": amount,
        "selected": selected,
    }


def _selects(world: World, chosen: Filter, row: Row) -> bool:
    return selects_product(world, chosen, row["product_id"]) and selects_customer(world, chosen, row["customer_id"])


def _too_old(asked: Question, month: str) -> str | None:
    return "outside_window" if month < shift(asked.month, -11) else None


def _without_predecessor(world: World, month: str) -> str | None:
    return "first_month_of_facts" if month == first_month(world) else None


def _months_told(world: World, asked: Question) -> list[str]:
    """Return the window and the twelve months before it, without what begins the facts outside the window."""
    months = [shift(asked.month, by) for by in range(-23, 1)]
    return [month for month in months if not (_too_old(asked, month) and _without_predecessor(world, month))]


RowsOf = Callable[[World, Question], Iterator[Row]]

ROWS_OF: dict[str, tuple[RowsOf, ...]] = {
    "revenue": (_billing_rows,),
    "new_customers": (_add_rows,),
    "net_seat_adds": (_seat_rows,),
    "certified_people": (_people_rows,),
    "production_instances": (_instance_rows,),
    "mau": (_user_rows, _reported_rows),
    "mau_per_assigned_seat": (_user_rows, _reported_rows, _assigned_rows),
    "nps": (_response_rows,),
}
