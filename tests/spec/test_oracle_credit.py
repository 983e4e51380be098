"""Who is credited: the truth table of the three policies, edges of associations, locations."""

import pytest

from oracle import World, value_of, world_from_text
from oracle.credit import cohort, customer_credit, subscription_credit
from oracle.selection import Filter

ASSOCIATIONS = {
    "C": "C | s | CSP | ",
    "D": "D | s | DPOR | ",
    "S": "S | s | CPOR | OSA",
    "U": "U | s | CPOR | OSU",
    "R": "R | s | CPOR | PRESALES",
    "N": "N | s | CPOR | ",
    "P": "P | s | PAL | ",
    "V": "V | s | ADVISOR | ",
}
"""One partner per kind of association, on subscription s: N has a CPOR without a claim."""

TRUTH_TABLE = """
    policy   | month   | held | sale | usage
    dpor     | 2020-06 | D    | D    | D
    dpor     | 2020-06 | CSUD | D    | D
    dpor     | 2020-06 | C    |      |
    dpor     | 2020-06 | SU   |      |
    pci-2020 | 2020-06 | D    | D    | D
    pci-2020 | 2020-06 | C    | C    | C
    pci-2020 | 2020-06 | S    | S    |
    pci-2020 | 2020-06 | U    |      | U
    pci-2020 | 2020-06 | SD   | S    | D
    pci-2020 | 2020-06 | UD   | D    | U
    pci-2020 | 2020-06 | SUD  | S    | U
    pci-2020 | 2020-06 | CD   | CD   | CD
    pci-2020 | 2020-06 | CSD  | CS   | CD
    pci-2020 | 2020-06 | CUD  | CD   | CU
    pci-2020 | 2020-06 | R    |      |
    pci-2020 | 2020-06 | RD   | D    | D
    pci-2020 | 2020-06 | ND   | D    | D
    pci-2020 | 2020-06 | PV   |      |
    pci-2020 | 2019-06 | C    | C    | C
    pci-2019 | 2019-07 | D    | D    | D
    pci-2019 | 2019-07 | SD   | S    | S
    pci-2019 | 2019-07 | UD   | U    | U
    pci-2019 | 2019-07 | RD   | R    | R
    pci-2019 | 2019-07 | ND   | N    | N
    pci-2019 | 2019-07 | CD   | CD   | CD
    pci-2019 | 2019-07 | CSD  | CS   | CS
    pci-2019 | 2019-07 | PV   |      |
    pci-2019 | 2019-06 | C    |      |
    pci-2019 | 2019-06 | CD   | D    | D
    pci-2019 | 2019-06 | CSD  | S    | S
"""

CASES = [[cell.strip() for cell in line.split("|")] for line in TRUTH_TABLE.strip().splitlines()[1:]]


@pytest.mark.parametrize(("policy", "month", "held", "sale", "usage"), CASES)
def test_policy_credits_each_group_to_its_holders(policy: str, month: str, held: str, sale: str, usage: str) -> None:
    """The table of decisions.md 1, one subscription and one partner per association."""
    header = "partner_id | subscription_id | type | claim\n"
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": header + "\n".join(ASSOCIATIONS[kind] for kind in held),
        },
        contribution_policy=policy,
    )

    assert set(sale) == subscription_credit(world, "s", month, "sale")
    assert set(usage) == subscription_credit(world, "s", month, "usage")


def test_claim_outranks_only_on_its_own_subscription() -> None:
    """A's OSA claim on s1 leaves D's sale credit on s2 alone."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns1 | c\ns2 | c",
            "associations": """
                partner_id | subscription_id | type | claim
                A          | s1              | CPOR | OSA
                D          | s1              | DPOR |
                D          | s2              | DPOR |
            """,
        },
        contribution_policy="pci-2020",
    )

    assert {"A"} == subscription_credit(world, "s1", "2020-06", "sale")
    assert {"D"} == subscription_credit(world, "s2", "2020-06", "sale")


def test_claim_that_has_ended_outranks_nobody() -> None:
    """The OSA claim holds until 2020-05-31; from June D has the sale credit."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": """
                partner_id | subscription_id | type | claim | end_date
                A          | s               | CPOR | OSA   | 2020-05-31
                D          | s               | DPOR |       |
            """,
        },
        contribution_policy="pci-2020",
    )

    assert {"A"} == subscription_credit(world, "s", "2020-05", "sale")
    assert {"D"} == subscription_credit(world, "s", "2020-06", "sale")


EDGES = """
    start      | end        | subscription_end | active
    2020-03-31 |            |                  | yes
    2020-04-01 |            |                  | no
    2020-01-01 | 2020-03-31 |                  | yes
    2020-01-01 | 2020-03-30 |                  | no
    2020-03-31 | 2020-03-31 |                  | yes
    2020-01-01 | 2020-03-15 | 2020-03-15       | yes
    2020-01-01 | 2020-03-14 | 2020-03-15       | no
    2020-03-15 | 2020-03-15 | 2020-03-15       | yes
    2020-03-10 | 2020-03-20 | 2020-03-15       | yes
    2020-03-16 | 2020-03-20 | 2020-03-15       | no
    2020-03-16 |            | 2020-03-15       | yes
    2020-01-01 | 2020-03-15 | 2020-04-15       | no
    2020-01-01 | 2020-02-15 | 2020-02-15       | no
    2020-04-01 |            | 2020-04-15       | no
"""

EDGE_CASES = [[cell.strip() for cell in line.split("|")] for line in EDGES.strip().splitlines()[1:]]


@pytest.mark.parametrize(("start", "end", "subscription_end", "active"), EDGE_CASES)
def test_association_holds_at_the_end_of_the_month_or_of_the_subscription_in_it(
    start: str, end: str, subscription_end: str, active: str
) -> None:
    """Asked at the end of 2020-03; both ends of an association are included."""
    world = world_from_text(
        {
            "subscriptions": (f"subscription_id | customer_id | end_date\ns | c | {subscription_end}"),
            "associations": (f"partner_id | subscription_id | start_date | end_date\nA | s | {start} | {end}"),
        }
    )

    expected = {"A"} if active == "yes" else set()
    assert expected == subscription_credit(world, "s", "2020-03", "sale")


PAID = """
    licence_type | state         | sold_seats | credited
    paid         | active        | 5          | yes
    paid         | in_grace      | 5          | yes
    paid         | active        | 0          | yes
    paid         | suspended     | 5          | no
    paid         | deprovisioned | 5          | no
    trial        | active        | 5          | no
    free         | active        | 5          | no
    internal     | active        | 5          | no
"""

PAID_CASES = [[cell.strip() for cell in line.split("|")] for line in PAID.strip().splitlines()[1:]]


@pytest.mark.parametrize(("licence_type", "state", "sold_seats", "credited"), PAID_CASES)
def test_customer_credit_and_cohort_need_a_paid_subscription(
    licence_type: str, state: str, sold_seats: str, credited: str
) -> None:
    """Paid means a paid licence, a seats row, active or in grace; zero sold seats are paid."""
    world = world_from_text(
        {
            "subscriptions": (f"subscription_id | customer_id | licence_type\ns | c | {licence_type}"),
            "seats": (f"month | subscription_id | state | sold_seats\n2020-03 | s | {state} | {sold_seats}"),
            "associations": "partner_id | subscription_id\nA | s",
        }
    )

    expected = {"A"} if credited == "yes" else set()
    assert expected == customer_credit(world, "2020-03", "usage").get("c", set())
    assert expected == cohort(world, Filter(), "2020-12")


def test_subscription_without_a_seats_row_in_the_month_is_not_paid() -> None:
    """A gap in the seats: no customer credit in that month."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "seats": "month | subscription_id | sold_seats\n2020-02 | s | 5\n2020-04 | s | 5",
            "associations": "partner_id | subscription_id\nA | s",
        }
    )

    assert {"c": {"A"}} == customer_credit(world, "2020-02", "sale")
    assert {} == customer_credit(world, "2020-03", "sale")


@pytest.fixture
def family() -> World:
    """An account with two locations; L1 and the account itself hold the same subscription."""
    return world_from_text(
        {
            "partners": "partner_id | parent_partner_id\nA |\nL1 | A\nL2 | A",
            "subscriptions": "subscription_id | customer_id\ns1 | c\ns2 | c",
            "seats": "month | subscription_id | sold_seats\n2020-01..2020-12 | s1 | 1",
            "associations": "partner_id | subscription_id\nL1 | s1\nA | s1\nL2 | s2",
            "billing_lines": """
                billing_month | subscription_id | amount
                2020-06       | s1              | 10
                2020-06       | s2              | 5
            """,
        }
    )


def test_location_credits_its_account_once(family: World) -> None:
    """The account has each line once; each location has its own."""
    assert "15" == value_of(family, "revenue", "A", "2020-12")
    assert "10" == value_of(family, "revenue", "L1", "2020-12")
    assert "5" == value_of(family, "revenue", "L2", "2020-12")


def test_cohort_holds_accounts_only(family: World) -> None:
    """Locations have values of their own but are never peers."""
    assert {"A"} == cohort(family, Filter(), "2020-12")


def test_account_credit_does_not_flow_down() -> None:
    """What credits an account credits none of its locations."""
    world = world_from_text(
        {
            "partners": "partner_id | parent_partner_id\nA |\nL | A",
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": "partner_id | subscription_id\nA | s",
        }
    )

    assert {"A"} == subscription_credit(world, "s", "2020-06", "sale")


def test_cohort_needs_a_matching_paid_subscription_in_the_window() -> None:
    """Seats in 2020-01 only: in the cohort up to data month 2020-12, and under p1 only."""
    world = world_from_text(
        {
            "products": "product_id | workloads\np1 | W1\np2 | W2",
            "subscriptions": "subscription_id | customer_id | product_id\ns | c | p1",
            "seats": "month | subscription_id | sold_seats\n2020-01 | s | 1",
            "associations": "partner_id | subscription_id\nA | s",
        }
    )

    assert {"A"} == cohort(world, Filter(), "2020-12")
    assert set() == cohort(world, Filter(), "2021-01")
    assert {"A"} == cohort(world, Filter(workloads=frozenset({"W1"})), "2020-12")
    assert set() == cohort(world, Filter(products=frozenset({"p2"})), "2020-12")
    assert set() == cohort(world, Filter(countries=frozenset({"DE"})), "2020-12")


def test_usage_credit_alone_makes_a_cohort_partner_with_zero_revenue() -> None:
    """Either group is enough for the cohort: U holds an OSU claim and no sale credit."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "seats": "month | subscription_id | sold_seats\n2020-06 | s | 1",
            "associations": "partner_id | subscription_id | type | claim\nU | s | CPOR | OSU",
            "billing_lines": "billing_month | subscription_id | amount\n2020-06 | s | 9",
        },
        contribution_policy="pci-2020",
    )

    assert {"U"} == cohort(world, Filter(), "2020-06")
    assert "0" == value_of(world, "revenue", "U", "2020-06")


SALE_METRICS = ["revenue", "new_customers", "net_seat_adds"]
USAGE_METRICS = ["production_instances", "mau", "mau_per_assigned_seat", "nps"]


@pytest.mark.parametrize("mau_method", ["ttm_distinct_over_12", "mean_monthly_distinct"])
def test_each_metric_follows_its_own_group(mau_method: str) -> None:
    """Under pci-2020 S holds the OSA claim and U the OSU claim of the one subscription."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c\nsz | z",
            "associations": """
                partner_id | subscription_id | type | claim
                S          | s               | CPOR | OSA
                U          | s               | CPOR | OSU
            """,
            "seats": """
                month   | subscription_id | sold_seats | assigned_seats
                2020-05 | sz              | 1          | 1
                2020-06 | s               | 3          | 1
            """,
            "billing_lines": "billing_month | subscription_id | amount\n2020-06 | s | 4",
            "activity": "date | customer_id | user_id\n2020-06-01 | c | u",
            "activity_monthly": "month | customer_id | active_users\n2020-06 | c | 5",
            "instances": "customer_id | deployed_on\nc | 2020-06-01",
            "survey_responses": "responded_on | customer_id | score\n2020-06-01 | c | 9",
        },
        contribution_policy="pci-2020",
        mau_method=mau_method,
    )
    users = {"ttm_distinct_over_12": "0.083333", "mean_monthly_distinct": "0.5"}[mau_method]

    assert ["4", "1", "3"] == [value_of(world, name, "S", "2020-06") for name in SALE_METRICS]
    assert ["0", "0", "0"] == [value_of(world, name, "U", "2020-06") for name in SALE_METRICS]
    assert ["1", users, users, "100"] == [value_of(world, name, "U", "2020-06") for name in USAGE_METRICS]
    assert ["0", "0", None, None] == [value_of(world, name, "S", "2020-06") for name in USAGE_METRICS]
