"""Deployment and usage (decisions.md 6) in plain Python, one customer, product and month at a time."""

import re
from datetime import timedelta
from typing import Any

from oracle.credit import SALE, USAGE, customer_credit, seats_of_month, subscription_credit
from oracle.months import last_day, month_of, shift, trailing
from oracle.selection import Filter, make_filter, selects_customer, workloads_of
from oracle.world import Row, World, grouped, keyed, remembered

TOGETHER = {"sharepoint", "sharepoint online", "onedrive", "onedrive for business"}
SOCIAL = {"yammer", "viva engage"}
GIVEN_AWAY = {"free", "viral", "adhoc", "exploratory"}
LARGE = 10_000
EMPTY = {"sold": 0, "assigned": 0, "active": None, "measured": 0}
Counted = dict[str, Any]


def counted_under(workload: str) -> str:
    """Return the workload that a workload is counted with."""
    return "SharePoint" if workload.casefold() in TOGETHER else workload


@remembered
def licence_of(world: World, subscription_id: str, month: str) -> str:
    """Return `paid`, another licence type, or `viral` for seats of a paid type that nobody bought."""
    subscription = keyed(world, "subscriptions", "subscription_id")[subscription_id]
    if subscription["licence_type"] != "paid":
        return str(subscription["licence_type"])
    name = keyed(world, "products", "product_id")[subscription["product_id"]]["name"]
    if set(re.findall(r"\w+", name.casefold())) & GIVEN_AWAY:
        return "viral"
    window = trailing(month)
    seats = grouped(world, "seats", "subscription_id").get(subscription_id, [])
    is_large = any(row["sold_seats"] >= LARGE for row in seats if row["month"] in window)
    lines = grouped(world, "billing_lines", "subscription_id").get(subscription_id, [])
    is_billed = any(row["amount"] != 0 for row in lines if row["billing_month"] in window)
    has_invoices = any(row["billing_month"] in window for row in world.facts["billing_lines"])
    return "viral" if is_large and has_invoices and not is_billed else "paid"


class Adoption:
    """
    Adoption of one question.

    Args:
        world: the facts.
        partner: who asks; None for the whole program.
        month: the data month.
        chosen: the filter; a workload selects those that it is counted with.
        include_trials: also count what nobody bought.
    """

    def __init__(
        self, world: World, partner: str | None, month: str, chosen: Filter, *, include_trials: bool = False
    ) -> None:
        """Widen the filter to the workloads that are counted together."""
        self.world, self.partner, self.month, self.include_trials = world, partner, month, include_trials
        groups = {counted_under(name) for name in chosen.workloads}
        self.groups = groups or None
        self.chosen = make_filter(chosen.products, (), chosen.countries)

    def takes_workload(self, workload: str) -> bool:
        """Say whether use of a workload is counted."""
        return self.groups is None or counted_under(workload) in self.groups

    def takes(self, subscription: Row) -> bool:
        """Say whether the filter takes a subscription."""
        product = keyed(self.world, "products", "product_id")[subscription["product_id"]]
        chosen = self.chosen.products
        return (
            (not chosen or product["product_id"] in chosen)
            and any(self.takes_workload(name) for name in workloads_of(product))
            and selects_customer(self.world, self.chosen, subscription["customer_id"])
        )

    def seen(self, month: str) -> set[str]:
        """Return the customers that the partner sees at the end of a month."""
        if self.partner is None:
            return {row["customer_id"] for row in self.world.facts["customers"]}
        credited = customer_credit(self.world, month, USAGE)
        return {customer for customer, partners in credited.items() if self.partner in partners}

    def licences(self, month: str) -> list[Counted]:
        """Return the licences of each subscription at the end of a month."""
        rows = []
        for subscription_id, seats in seats_of_month(self.world, month).items():
            subscription = keyed(self.world, "subscriptions", "subscription_id")[subscription_id]
            if not self.takes(subscription):
                continue
            licence = licence_of(self.world, subscription_id, self.month)
            entitled = seats["state"] in ("active", "in_grace")
            rows.append(
                {
                    "place": (subscription["customer_id"], subscription["product_id"]),
                    "subscription": subscription_id,
                    "licence": licence,
                    "entitled": entitled,
                    "counted": entitled and (licence == "paid" or self.include_trials),
                    "own": self.partner is not None
                    and self.partner in subscription_credit(self.world, subscription_id, month, USAGE),
                    "seats": seats,
                }
            )
        return rows

    def users(self, month: str, place: tuple[str, str], *, without_social: bool = False) -> set[str]:
        """Return who used a customer's product in the 28 days that end with a month."""
        end = last_day(month)
        return {
            row["user_id"]
            for row in self.activity(place)
            if row["intentional"]
            and end - timedelta(days=27) <= row["date"] <= end
            and self.takes_workload(row["workload"])
            and not (without_social and row["workload"].casefold() in SOCIAL)
        }

    def activity(self, place: tuple[str, str]) -> list[Row]:
        """Return the activity of a customer's product in the twelve months."""
        rows = _activity(self.world).get(place, [])
        return [row for row in rows if month_of(row["date"]) in trailing(self.month)]

    def services(self, month: str, place: tuple[str, str], *, without_social: bool = False) -> dict[str, int]:
        """Return the monthly counts of a customer's product by workload."""
        return {
            row["workload"]: row["active_users"]
            for row in _counts(self.world).get(place, [])
            if row["month"] == month
            and row["active_users"] > 0
            and self.takes_workload(row["workload"])
            and not (without_social and row["workload"].casefold() in SOCIAL)
        }

    def method(self, place: tuple[str, str]) -> str | None:
        """Return how the active licences of a customer's product are counted in all of the twelve months."""
        window = trailing(self.month)
        if self.activity(place):
            return "users_28_days"
        if any(row["month"] in window for row in _counts(self.world).get(place, [])):
            return "monthly_counts"
        for month in window:
            for row in self.licences_at(month).get(place, []):
                if row["counted"] and row["seats"]["active_seats"] is not None:
                    return "active_seats"
        if any(month_of(row["date"]) in window for row in self.world.facts["activity"]):
            return "users_28_days"
        if any(row["month"] in window for row in self.world.facts["activity_monthly"]):
            return "monthly_counts"
        return None

    def licences_at(self, month: str) -> dict[tuple[str, str], list[Counted]]:
        """Return the licences of a month by customer and product."""
        if not hasattr(self, "_by_month"):
            self._by_month: dict[str, dict[tuple[str, str], list[Counted]]] = {}
        if month not in self._by_month:
            found: dict[tuple[str, str], list[Counted]] = {}
            for row in self.licences(month):
                found.setdefault(row["place"], []).append(row)
            self._by_month[month] = found
        return self._by_month[month]

    def line(self, month: str, place: tuple[str, str]) -> Counted | None:
        """Return the licences of a customer's product at the end of a month; None without counted ones."""
        rows = [row for row in self.licences_at(month).get(place, []) if row["counted"]]
        if not rows:
            return None
        method = self.method(place)
        everything = self._counted(month, place, rows, method)
        own_rows = [row for row in rows if row["own"]]
        own_method = method
        if method not in (None, "active_seats") and len(own_rows) < len(rows):
            known = sum(row["seats"]["sold_seats"] for row in own_rows if row["seats"]["active_seats"] is not None)
            own_method = "active_seats" if known else None
        own = self._counted(month, place, own_rows, own_method)
        if not own["sold"] and own_method != "active_seats":
            own["active"] = None
        return {"method": method, "all": everything, "own": own, "own_method": own_method if own["sold"] else None}

    def _counted(self, month: str, place: tuple[str, str], rows: list[Counted], method: str | None) -> Counted:
        sold = sum(row["seats"]["sold_seats"] for row in rows)
        known = [row["seats"] for row in rows if row["seats"]["active_seats"] is not None]
        measured = 0 if method is None else sold
        active: int | None = None
        if method == "active_seats":
            measured = sum(row["sold_seats"] for row in known)
            active = sum(row["active_seats"] for row in known)
        elif method == "users_28_days":
            active = len(self.users(month, place))
        elif method == "monthly_counts":
            active = sum(self.services(month, place).values())
        return {
            "sold": sold,
            "assigned": sum(row["seats"]["assigned_seats"] for row in rows),
            "active": active if measured else None,
            "measured": measured,
        }

    def lines(self, month: str | None = None) -> dict[tuple[str, str], Counted]:
        """Return the lines of a month at the customers that are seen then."""
        month = month or self.month
        seen = self.seen(month)
        found = {place: self.line(month, place) for place in self.licences_at(month) if place[0] in seen}
        return {place: line for place, line in found.items() if line is not None}

    def pairs(self) -> dict[tuple[str, str, str], tuple[Counted, Counted]]:
        """Return the lines of the data month by workload: of all, and the partner's own."""
        found = {}
        for place, line in self.lines().items():
            listed = {
                counted_under(name) for name in workloads_of(keyed(self.world, "products", "product_id")[place[1]])
            }
            for group in sorted(listed):
                if not self.takes_workload(group):
                    continue
                active = self._active_of(place, group, line) if line["all"]["measured"] else None
                if line["method"] == "active_seats":
                    active = line["all"]["active"] if len(listed) == 1 else None
                own = active
                if line["own_method"] is None:
                    own = None
                elif line["own_method"] == "active_seats":
                    own = line["own"]["active"] if len(listed) == 1 else None
                found[*place, group] = (_with(line["all"], active), _with(line["own"], own))
        return found

    def _active_of(self, place: tuple[str, str], group: str, line: Counted) -> int | None:
        if line["method"] == "users_28_days":
            end = last_day(self.month)
            return len(
                {
                    row["user_id"]
                    for row in self.activity(place)
                    if row["intentional"]
                    and end - timedelta(days=27) <= row["date"] <= end
                    and counted_under(row["workload"]) == group
                }
            )
        if line["method"] == "monthly_counts":
            counts = self.services(self.month, place)
            return sum(count for name, count in counts.items() if counted_under(name) == group)
        return None

    def excess(self, place: tuple[str, str]) -> tuple[list[str], int, int] | None:
        """Return the causes of usage above 100 %, and active and entitled licences without them; None at most 100 %."""
        line = self.lines()[place]
        active, entitled = line["all"]["active"], line["all"]["measured"]
        if active is None or active <= entitled:
            return None
        causes = []
        elsewhere = active
        if line["method"] == "users_28_days":
            elsewhere = len(self.users(self.month, place, without_social=True))
        if line["method"] == "monthly_counts":
            counts = self.services(self.month, place)
            rest = self.services(self.month, place, without_social=True)
            elsewhere = sum(rest.values())
            if len(counts) > 1:
                causes.append("D-09e")
                active, elsewhere = max(counts.values()), max(rest.values(), default=0)
        if max(elsewhere, min(active, entitled)) < active:
            causes.append("D-09d")
            active = max(elsewhere, min(active, entitled))
        ended, unsold = self._beside(place) if line["method"] != "active_seats" else (0, 0)
        causes += ["D-09b"] * (ended > 0) + ["D-09c"] * (unsold > 0)
        entitled += ended + unsold
        moved = self._moved(place) if line["method"] == "users_28_days" else 0
        if moved and active > entitled:
            causes.append("D-09a")
            active -= min(moved, active - entitled)
        return sorted(causes), active, entitled

    def _beside(self, place: tuple[str, str]) -> tuple[int, int]:
        now = {row["subscription"]: row for row in self.licences_at(self.month).get(place, [])}
        before = {
            row["subscription"]: row
            for row in self.licences_at(shift(self.month, -1)).get(place, [])
            if row["entitled"]
        }
        ended = unsold = 0
        for name in {*now, *before}:
            if name in now and now[name]["counted"]:
                continue
            row = now.get(name) or before[name]
            seats = row["seats"]["sold_seats"]
            if name in now and seats == 0 and name in before:
                seats = before[name]["seats"]["sold_seats"]
            if row["licence"] == "paid" or self.include_trials:
                ended += seats
            else:
                unsold += seats
        return ended, unsold

    def _moved(self, place: tuple[str, str]) -> int:
        end = last_day(self.month)
        days: dict[str, list[Any]] = {}
        for row in self.activity(place):
            if row["intentional"] and row["date"] <= end and self.takes_workload(row["workload"]):
                days.setdefault(row["user_id"], []).append(row["date"])
        start = end - timedelta(days=27)
        here = {user: [day for day in found if day >= start] for user, found in days.items()}
        old = {user for user, found in days.items() if min(found) < start}
        came = [min(here[user]) for user in days if here[user] and user not in old]
        went = [max(here[user]) for user in days if here[user] and user in old]
        if not came or not went:
            return 0
        return min(sum(day > min(went) for day in came), sum(day < max(came) for day in went))

    def left_out(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Return subscriptions and seats of the data month that nobody bought, by customer, product and licence."""
        found: dict[tuple[str, str, str], tuple[int, int]] = {}
        for place, rows in self.licences_at(self.month).items():
            for row in rows:
                if place[0] in self.seen(self.month) and row["entitled"] and not row["counted"]:
                    key = (*place, row["licence"])
                    many, seats = found.get(key, (0, 0))
                    found[key] = (many + 1, seats + row["seats"]["sold_seats"])
        return found

    def sums(self, month: str) -> tuple[Counted, Counted] | None:
        """Return all licences of a month and the partner's own; None where nobody is seen."""
        lines = self.lines(month)
        if not lines:
            return None
        return _total([line["all"] for line in lines.values()]), _total([line["own"] for line in lines.values()])

    def advice(self) -> dict[str, set[str]]:
        """Return the scenarios that fit, by customer."""
        found: dict[str, set[str]] = {}
        months = [shift(self.month, by) for by in (0, -1, -2)]
        first = min((row["month"] for row in self.world.facts["seats"]), default=None)
        lines = {month: self.lines(month) for month in months}
        for customer in {place[0] for place in lines[self.month]}:
            sums = [_total([line["all"] for place, line in lines[m].items() if place[0] == customer]) for m in months]
            undeployed = all(2 * each["assigned"] < each["sold"] for each in sums)
            unused = all(each["active"] is not None and 2 * each["active"] < each["measured"] for each in sums)
            if undeployed or unused:
                found.setdefault(customer, set()).add("low_adoption")
        for place, line in lines[self.month].items():
            earlier = self.line(shift(self.month, -3), place)
            is_new = line["all"]["sold"] > 0 and (earlier is None or earlier["all"]["sold"] == 0)
            if is_new and first is not None and first <= shift(self.month, -3):
                found.setdefault(place[0], set()).add("new_to_software")
        return found


def billed_by(world: World, partner: str, customer: str, month: str) -> list[Row]:
    """Return the invoice lines of a customer in a month on subscriptions that credit the partner for sale."""
    subscriptions = keyed(world, "subscriptions", "subscription_id")
    return [
        row
        for row in grouped(world, "billing_lines", "billing_month").get(month, [])
        if subscriptions[row["subscription_id"]]["customer_id"] == customer
        and partner in subscription_credit(world, row["subscription_id"], month, SALE)
    ]


def _with(counts: Counted, active: int | None) -> Counted:
    return counts | {"active": active, "measured": counts["measured"] if active is not None else 0}


def _total(counts: list[Counted]) -> Counted:
    known = [each["active"] for each in counts if each["active"] is not None]
    return {
        "sold": sum(each["sold"] for each in counts),
        "assigned": sum(each["assigned"] for each in counts),
        "active": sum(known) if known else None,
        "measured": sum(each["measured"] for each in counts),
    }


@remembered
def _activity(world: World) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in world.facts["activity"]:
        found.setdefault((row["customer_id"], row["product_id"]), []).append(row)
    return found


@remembered
def _counts(world: World) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in world.facts["activity_monthly"]:
        found.setdefault((row["customer_id"], row["product_id"]), []).append(row)
    return found
