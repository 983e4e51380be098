"""
Programs in which each cause of a finding is planted once, at a partner of its own that is otherwise in order.

The policy is pci-2020 and the data month 2021-01. A partner in order has one customer with two licences, both assigned
and both in use on the 10th of each month of the window, billed 100 a month, on a DPOR association since 2018.
"""

from typing import Any

from oracle import World, world_from_text

MONTH = "2021-01"
MONTHS = [f"2020-{number:02d}" for number in range(2, 13)] + ["2021-01"]
"""The window."""


class Program:
    """Facts that are put together case by case."""

    def __init__(self) -> None:
        """Begin with the products."""
        self.rows: dict[str, list[str]] = {
            "products": ["sales | Dynamics Sales | Customer Engagement"],
        }

    def add(self, table: str, *cells: object) -> None:
        """Add a row, its cells in the order of ``HEADERS``."""
        self.rows.setdefault(table, []).append(" | ".join("" if cell is None else str(cell) for cell in cells))

    def partner(self, name: str, *, accounts: str = "MPN;CSP") -> None:
        """Add a partner."""
        self.add("partners", name, f"Partner {name}", "US", accounts)

    def customer(self, name: str, *, country: str = "US", title: str = "", parent: str = "", segment: str = "") -> None:
        """Add a customer."""
        self.add("customers", name, title or f"Customer {name}", country, segment, parent)

    def subscription(
        self, name: str, customer: str, *, licence: str = "paid", channel: str = "CSP", **more: Any
    ) -> None:
        """Add a subscription; ``start``, ``end``, ``agreement`` and ``term`` where they matter."""
        days = (more.get("start", "2018-01-01"), more.get("end"), more.get("agreement"), more.get("term", "monthly"))
        self.add("subscriptions", name, customer, "sales", channel, licence, *days)

    def seats(self, name: str, sold: int, assigned: int | None = None, *, span: str = "2019-11..2021-01") -> None:
        """Add seats; all of them are assigned unless it is said."""
        self.add("seats", span, name, "active", sold, sold if assigned is None else assigned)

    def associate(self, partner: str, name: str, type_: str = "DPOR", claim: str = "", **days: str) -> None:
        """Add an association, since 2018 unless it is said."""
        self.add("associations", partner, name, type_, claim, days.get("start", "2018-01-01"), days.get("end"))

    def bill(self, name: str, *, span: str = "2020-02..2021-01", amount: int = 100) -> None:
        """Bill an amount in each month."""
        self.add("billing_lines", span, name, amount, "USD")

    def use(self, customer: str, users: int, *, days: tuple[int, ...] = ()) -> None:
        """Let users act on the 10th of each month, or in the last month on other days."""
        for month in MONTHS:
            for number in range(users):
                day = days[number] if days and month == MONTH else 10
                self.add("activity", f"{month}-{day:02d}", customer, f"u{number}", "sales", "Customer Engagement")

    def in_order(self, name: str, *, users: int = 2, **customer: str) -> None:
        """Add a partner that is in order, with a customer and a subscription of the same name."""
        self.partner(name)
        self.customer(name, **customer)
        self.subscription(name, name)
        self.seats(name, users)
        self.associate(name, name)
        self.bill(name)
        self.use(name, users)

    def world(self) -> World:
        """Return the program."""
        texts = {table: "\n".join([HEADERS[table], *rows]) for table, rows in self.rows.items()}
        return world_from_text(texts, contribution_policy="pci-2020")


HEADERS = {
    "partners": "partner_id | name | country | accounts",
    "customers": "customer_id | name | country | segment | top_parent_id",
    "products": "product_id | name | workloads",
    "subscriptions": "subscription_id | customer_id | product_id | channel | licence_type | start_date | end_date | "
    "agreement_start_date | billing_term",
    "seats": "month | subscription_id | state | sold_seats | assigned_seats",
    "associations": "partner_id | subscription_id | type | claim | start_date | end_date",
    "billing_lines": "billing_month | subscription_id | amount | currency",
    "activity": "date | customer_id | user_id | product_id | workload",
    "instances": "instance_id | customer_id | product_id | kind | deployed_on",
    "exam_passes": "person_id | partner_id | location_country | exam | passed_on | expires_on",
}


def planted() -> tuple[World, dict[str, set[str]]]:
    """Return a program with every cause, and the findings that each partner has to have."""
    made = Program()
    expected: dict[str, set[str]] = {"fine": set(), "fine-2": set()}
    made.in_order("fine")
    made.in_order("fine-2")
    for plant in (_of_revenue, _of_use, _of_people, _of_claims, _of_customers, _of_licences):
        expected |= plant(made)
    return made.world(), expected


def _of_revenue(made: Program) -> dict[str, set[str]]:
    for name in ("no-use", "ended"):
        made.in_order(name)
    made.rows["activity"] = [row for row in made.rows["activity"] if "| no-use |" not in row]
    made.subscription("ended-2", "ended")
    made.associate("ended", "ended-2", end="2020-03-31")
    made.bill("ended-2", span="2020-05..2020-06", amount=7)
    made.in_order("second-year")
    made.subscription("second-year-2", "second-year", channel="EA", agreement="2019-01-15")
    made.associate("second-year", "second-year-2")
    made.bill("second-year-2", span="2020-05", amount=11)
    return {"no-use": {"D-01", "D-10"}, "ended": {"D-04"}, "second-year": {"D-22"}}


def _of_use(made: Program) -> dict[str, set[str]]:
    made.in_order("unbilled")
    made.rows["billing_lines"] = [row for row in made.rows["billing_lines"] if "| unbilled |" not in row]
    for name, licence in (("trial", "trial"), ("internal", "internal")):
        made.partner(name)
        made.customer(name)
        made.subscription(name, name, licence=licence)
        made.seats(name, 2)
        made.associate(name, name)
        made.use(name, 2)
    made.partner("annual")
    made.customer("annual")
    made.subscription("annual", "annual", start="2020-06-01", term="Annual")
    made.seats("annual", 2, span="2020-06..2021-01")
    made.associate("annual", "annual", start="2020-06-01")
    made.use("annual", 2)
    made.in_order("large", users=4)
    made.add("instances", "i1", "large", "sales", "production", "2020-01-01")
    made.in_order("single")
    made.customer("single-2")
    made.subscription("single-2", "single-2")
    made.seats("single-2", 1)
    made.associate("single", "single-2")
    made.bill("single-2")
    made.use("single-2", 1)
    return {
        "unbilled": {"D-02"},
        "trial": {"D-02a"},
        "internal": {"D-02c"},
        "annual": {"D-02b"},
        "large": {"D-19t"},
        "single": {"D-20"},
    }


def _of_people(made: Program) -> dict[str, set[str]]:
    for name, country, expires in (("abroad", "DE", None), ("expiring", "US", "2021-03-01"), ("staying", "US", None)):
        made.in_order(name)
        made.add("exam_passes", f"person-{name}", name, country, "MB-210", "2020-06-01", expires)
    made.partner("closed", accounts="OTHER")
    made.customer("closed")
    made.subscription("closed", "closed")
    made.seats("closed", 2)
    made.associate("closed", "closed")
    made.bill("closed")
    made.use("closed", 2)
    made.partner("empty")
    return {"abroad": {"D-06"}, "expiring": {"D-07"}, "staying": set(), "closed": {"D-05"}, "empty": {"D-05"}}


def _of_claims(made: Program) -> dict[str, set[str]]:
    for name in ("presale", "clash", "lapsed"):
        made.in_order(name)
    made.subscription("presale-2", "presale")
    made.associate("presale", "presale-2", "CPOR", "PRESALES")
    made.bill("presale-2", span="2020-09", amount=13)
    made.associate("clash", "clash", "CPOR", "OSA")
    made.partner("rival")
    made.associate("rival", "clash", "CPOR", "OSA", start="2020-12-01")
    made.subscription("lapsed-old", "lapsed", end="2020-08-31")
    made.associate("lapsed", "lapsed-old", "CPOR", "OSU")
    made.subscription("lapsed-new", "lapsed", start="2020-09-01")
    made.associate("lapsed", "lapsed-new", start="2020-09-01")
    made.seats("lapsed-new", 1, span="2020-09..2021-01")
    for month in MONTHS:
        made.add("activity", f"{month}-10", "lapsed", "u9", "sales", "Customer Engagement")
    return {"presale": {"D-23"}, "clash": {"D-24"}, "rival": {"D-24"}, "lapsed": {"D-25"}}


def _of_customers(made: Program) -> dict[str, set[str]]:
    made.in_order("group", parent="group-1")
    made.customer("group-2", country="DE", parent="group-1")
    made.subscription("group-2", "group-2")
    made.seats("group-2", 2)
    made.associate("group", "group-2")
    made.bill("group-2")
    made.use("group-2", 2)
    made.in_order("hidden", title="*** hidden ***")
    made.partner("late-comer")
    made.customer("late-comer")
    made.subscription("late-comer", "late-comer")
    made.seats("late-comer", 2)
    made.associate("late-comer", "late-comer", start="2020-05-01")
    made.bill("late-comer", span="2020-05..2021-01")
    made.use("late-comer", 2)
    made.in_order("-1")
    return {"group": {"D-12"}, "hidden": {"D-13"}, "late-comer": {"D-21"}, "-1": set()}


def _of_licences(made: Program) -> dict[str, set[str]]:
    for name, users, days in (("over", 3, ()), ("moved", 2, (5, 10))):
        made.partner(name)
        made.customer(name)
        made.subscription(name, name)
        made.seats(name, 2)
        made.associate(name, name)
        made.bill(name)
        made.use(name, users, days=days)
    made.add("activity", "2021-01-20", "moved", "newcomer", "sales", "Customer Engagement")
    made.in_order("shared", users=4)
    made.rows["seats"] = [row for row in made.rows["seats"] if "| shared |" not in row]
    made.seats("shared", 2)
    made.subscription("shared-direct", "shared", channel="WEB_DIRECT")
    made.seats("shared-direct", 2)
    made.bill("shared-direct")
    made.in_order("undeployed")
    made.rows["seats"] = [row for row in made.rows["seats"] if "| undeployed |" not in row]
    made.seats("undeployed", 10, 2)
    made.in_order("free")
    made.subscription("free-2", "free", licence="free")
    made.seats("free-2", 5)
    made.associate("free", "free-2")
    return {
        "free": {"D-29"},
        "over": {"D-09"},
        "moved": {"D-09a"},
        "shared": {"D-11"},
        "undeployed": {"D-10"},
    }


def clean() -> World:
    """Return a program in which nothing is odd."""
    made = Program()
    for number in range(3):
        made.in_order(f"fine-{number}")
    made.add("exam_passes", "ann", "fine-0", "US", "MB-210", "2020-06-01", None)
    return made.world()


def faulty_feed() -> World:
    """Return a program whose facts begin late, have a blank month, no billed line, and use that ends early."""
    made = Program()
    made.partner("fine")
    made.customer("fine")
    made.subscription("fine", "fine")
    made.seats("fine", 2, span="2020-10")
    made.seats("fine", 2, span="2020-12..2021-01")
    made.associate("fine", "fine")
    made.add("activity", "2020-12-10", "fine", "u0", "sales", "Customer Engagement")
    return made.world()
