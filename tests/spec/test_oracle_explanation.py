"""The rows behind a number: what counts adds up to it, and what does not has the first reason that holds."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from oracle import METRICS, World, counted_sum, explained, value_of, world_from_text
from oracle.explanation import ORDER
from oracle.metrics import RATIOS, measures
from oracle.printing import plain, value_text
from oracle.selection import make_filter
from worlds import random_filter, random_month, random_world


def told(rows: list[dict[str, Any]], *columns: str, counted: bool | None = None) -> list[tuple[Any, ...]]:
    """Return some columns of the rows, amounts as whole numbers; all rows, or those (not) counted."""
    wanted = [row for row in rows if counted is None or row["counted"] is counted]
    return [tuple(int(row[name]) if name == "amount" else row[name] for name in columns) for row in wanted]


def of_line(world: World, partner: str, month: str, **selected: list[str]) -> dict[str, str | None]:
    """Return the reason of each billing line of a partner, by line number; None when it counts."""
    rows = explained(world, partner, "revenue", month, **selected)
    return {row["item"].removeprefix("i/"): row["reason"] for row in rows}


REVENUE = {
    "products": "product_id | workloads\np1 | W1\np2 | W2",
    "subscriptions": """
        subscription_id | customer_id | product_id | channel | start_date
        s1              | c           | p1         | CSP     | 2015-01-01
        s2              | c           | p2         | OTHER   | 2015-01-01
        s3              | c           | p2         | EA      | 2019-05-20
        s4              | far         | p1         | CSP     | 2015-01-01
    """,
    "associations": "partner_id | subscription_id\nA | s1\nA | s3\nB | s2\nB | s4",
    "billing_lines": """
        line_id | billing_month | subscription_id | amount
        a       | 2018-12       | s1              | 1
        b       | 2019-01       | s1              | 2
        c       | 2019-12       | s1              | 4
        d       | 2020-01       | s1              | 8
        e       | 2020-12       | s1              | 16
        f       | 2021-01       | s1              | 32
        g       | 2020-06       | s2              | 64
        h       | 2020-04       | s3              | 128
        i       | 2020-05       | s3              | 256
        j       | 2020-06       | s4              | 512
    """,
}
"""Asked in 2020-12: the window begins in 2020-01; what lies in 2019 is near it; s3 has its first year until 2020-04."""


def test_revenue_is_explained_by_its_lines() -> None:
    """d, e and h count: 8 + 16 + 128; a and f lie too far away; the customer of j has nothing to do with A."""
    world = world_from_text(REVENUE)
    rows = explained(world, "A", "revenue", "2020-12")

    assert {
        "b": "outside_window",
        "c": "outside_window",
        "d": None,
        "e": None,
        "g": "channel_not_counted",
        "h": None,
        "i": "ea_after_first_year",
    } == of_line(world, "A", "2020-12")
    assert [
        ("numerator", "2020-01", "c", "s1", "p1", "i/d", 8),
        ("numerator", "2020-04", "c", "s3", "p2", "i/h", 128),
        ("numerator", "2020-12", "c", "s1", "p1", "i/e", 16),
    ] == told(rows, "side", "month", "customer_id", "subscription_id", "product_id", "item", "amount", counted=True)
    assert "152" == value_of(world, "revenue", "A", "2020-12")


def test_line_of_the_customer_that_another_partner_has_is_near() -> None:
    """B holds s2 and s4; the lines of s1 and s3 are of its customer, but it has no association there."""
    world = world_from_text(REVENUE)

    assert {
        "b": "outside_window",
        "c": "outside_window",
        "d": "no_association",
        "e": "no_association",
        "g": "channel_not_counted",
        "h": "no_association",
        "i": "ea_after_first_year",
        "j": None,
    } == of_line(world, "B", "2020-12")


def test_filter_is_the_last_reason() -> None:
    """With product p2, credited lines of p1 are filtered out; a rule that keeps a line out speaks first."""
    world = world_from_text(REVENUE)
    reasons = of_line(world, "A", "2020-12", products=["p2"])
    rows = explained(world, "A", "revenue", "2020-12", products=["p2"])

    assert ("filtered_out", "filtered_out", None) == tuple(reasons[line] for line in "deh")
    assert ("outside_window", "channel_not_counted", "ea_after_first_year") == tuple(reasons[line] for line in "bgi")
    assert ["i/b", "i/c", "i/d", "i/e"] == sorted(row["item"] for row in rows if not row["selected"])
    assert 128 == counted_sum(rows)


def test_line_before_the_agreement_is_not_called_late() -> None:
    """The agreement begins in 2020-06: May is before it, the June a year later after its first twelve months."""
    world = world_from_text(
        {
            "subscriptions": """
                subscription_id | customer_id | channel | agreement_start_date
                s               | c           | EA      | 2020-06-15
            """,
            "associations": "partner_id | subscription_id\nA | s",
            "billing_lines": """
                line_id | billing_month | subscription_id | amount
                a       | 2020-05       | s               | 1
                b       | 2020-06       | s               | 1
                c       | 2021-05       | s               | 1
                d       | 2021-06       | s               | 1
            """,
        }
    )

    assert {
        "a": "outside_window",
        "b": "outside_window",
        "c": None,
        "d": "ea_after_first_year",
    } == of_line(world, "A", "2021-06")
    assert "ea_before_agreement" == of_line(world, "A", "2020-06")["a"]


def test_amount_is_converted_exactly_and_a_line_without_a_rate_is_no_fact() -> None:
    """10.5 x 1.1 = 11.55; the line of July waits in quarantine for its rate."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": "partner_id | subscription_id\nA | s",
            "billing_lines": """
                line_id | billing_month | subscription_id | amount | currency
                a       | 2020-06       | s               | 10.5   | EUR
                b       | 2020-07       | s               | 1      | EUR
            """,
            "exchange_rates": "month | currency | rate\n2020-06 | EUR | 1.1",
        }
    )
    rows = explained(world, "A", "revenue", "2020-12")

    assert [("i/a", Fraction(1155, 100))] == [(row["item"], row["amount"]) for row in rows]


CREDIT = {
    "partners": "partner_id | parent_partner_id\nA |\nA1 | A\nB |",
    "subscriptions": "subscription_id | customer_id\n" + "\n".join(f"s{number} | c" for number in range(1, 9)),
    "associations": """
        partner_id | subscription_id | type    | claim    | start_date | end_date
        A1         | s1              | DPOR    |          | 2015-01-01 |
        A          | s2              | DPOR    |          | 2015-01-01 |
        B          | s2              | CPOR    | OSA      | 2015-01-01 |
        A          | s3              | CPOR    | OSU      | 2015-01-01 |
        A          | s4              | ADVISOR |          | 2015-01-01 |
        A          | s5              | CPOR    | PRESALES | 2015-01-01 |
        A          | s6              | DPOR    |          | 2015-01-01 | 2020-05-31
        A          | s7              | DPOR    |          | 2020-07-01 |
    """,
    "billing_lines": "line_id | billing_month | subscription_id | amount\n"
    + "\n".join(f"{number} | 2020-06 | s{number} | 1" for number in range(1, 9)),
}
"""Lines of June on eight subscriptions of one customer, each with another standing of account A or its location A1."""


@pytest.mark.parametrize(
    ("policy", "reasons"),
    [
        (
            "pci-2020",
            [
                None,
                "outranked_by_cpor",
                "association_type_not_counted",
                "association_type_not_counted",
                "presales_claim",
                "association_not_active",
                "association_not_active",
                "no_association",
            ],
        ),
        (
            "pci-2019",
            [
                None,
                "outranked_by_cpor",
                None,
                "association_type_not_counted",
                None,
                "association_not_active",
                "association_not_active",
                "no_association",
            ],
        ),
        (
            "dpor",
            [
                None,
                None,
                "association_type_not_counted",
                "association_type_not_counted",
                "presales_claim",
                "association_not_active",
                "association_not_active",
                "no_association",
            ],
        ),
    ],
)
def test_line_without_credit_says_how_near_the_partner_is(policy: str, reasons: list[str | None]) -> None:
    """A location's association is the account's; a claim outranks DPOR; then type, then days, then nothing at all."""
    world = world_from_text(CREDIT, contribution_policy=policy)

    assert reasons == list(of_line(world, "A", "2020-12").values())


def test_location_has_rows_of_its_own() -> None:
    """A1 holds s1 alone: of the account's other associations it has nothing."""
    world = world_from_text(CREDIT, contribution_policy="pci-2020")

    assert [None, *["no_association"] * 7] == list(of_line(world, "A1", "2020-12").values())


def test_nearest_of_several_associations_speaks() -> None:
    """Of an outranked, a wrong and an ended association the outranked one is nearest to credit."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": """
                partner_id | subscription_id | type    | claim | start_date | end_date
                A          | s               | CSP     |       | 2015-01-01 | 2019-12-31
                A          | s               | ADVISOR |       | 2015-01-01 |
                A          | s               | DPOR    |       | 2015-01-01 |
                B          | s               | CPOR    | OSA   | 2020-06-01 |
            """,
            "billing_lines": """
                line_id | billing_month | subscription_id | amount
                a       | 2020-05       | s               | 1
                b       | 2020-06       | s               | 1
            """,
        },
        contribution_policy="pci-2020",
    )

    assert {"a": None, "b": "outranked_by_cpor"} == of_line(world, "A", "2020-12")


def test_csp_before_july_2019_is_a_type_that_does_not_count() -> None:
    """pci-2019 credits CSP since 2019-07."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": "partner_id | subscription_id | type\nA | s | CSP",
            "billing_lines": """
                line_id | billing_month | subscription_id | amount
                a       | 2019-06       | s               | 1
                b       | 2019-07       | s               | 1
            """,
        },
        contribution_policy="pci-2019",
    )

    assert {"a": "association_type_not_counted", "b": None} == of_line(world, "A", "2019-12")


SEATS = {
    "subscriptions": """
        subscription_id | customer_id | licence_type
        s               | c           | paid
        t               | c           | trial
        f               | c           | free
    """,
    "associations": """
        partner_id | subscription_id | start_date | end_date
        A          | s               | 2019-01-01 | 2020-04-30
        B          | s               | 2020-05-01 |
        A          | t               | 2019-01-01 |
        A          | f               | 2019-01-01 |
    """,
    "seats": """
        month            | subscription_id | state     | sold_seats
        2019-06..2019-11 | s               | active    | 3
        2019-12..2020-02 | s               | active    | 5
        2020-03          | s               | in_grace  | 5
        2020-04          | s               | active    | 8
        2020-05..2020-08 | s               | active    | 2
        2020-09          | s               | suspended | 2
        2020-02          | t               | active    | 9
        2020-06..2020-12 | f               | active    | 7
    """,
}
"""s: first month 3, +2 in 2019-12, +3 in April (A), -6 in May (A had April), -2 in September (B)."""


def test_seats_are_explained_by_their_changes() -> None:
    """Unpaid licences change too, but are not paid; the fall of September is B's."""
    world = world_from_text(SEATS)
    rows = explained(world, "A", "net_seat_adds", "2020-12")

    assert [
        ("2019-12", "s", 2, "outside_window"),
        ("2020-02", "t", 9, "trial"),
        ("2020-03", "t", -9, "trial"),
        ("2020-04", "s", 3, None),
        ("2020-05", "s", -6, None),
        ("2020-06", "f", 7, "not_paid"),
        ("2020-09", "s", -2, "association_not_active"),
    ] == told(rows, "month", "subscription_id", "amount", "reason")
    assert "-3" == value_of(world, "net_seat_adds", "A", "2020-12")


def test_seats_of_the_first_month_of_facts_are_no_change() -> None:
    """In a window that reaches the first month, its seats are told with that reason; before the window they are not."""
    world = world_from_text(SEATS)
    first = explained(world, "A", "net_seat_adds", "2020-05")[0]

    assert ("2019-06", 3, "first_month_of_facts") == told([first], "month", "amount", "reason")[0]
    assert "2019-12" == explained(world, "A", "net_seat_adds", "2020-06")[0]["month"]


def test_new_customers_are_explained_by_their_adds() -> None:
    """C buys p in March, returns in August under B, and adds q in October: an add of q under that filter alone."""
    world = world_from_text(
        {
            "subscriptions": """
                subscription_id | customer_id | product_id
                s               | c           | p
                t               | c           | q
                z               | z           | p
            """,
            "associations": """
                partner_id | subscription_id | start_date | end_date
                A          | s               | 2019-01-01 | 2020-07-31
                B          | s               | 2020-08-01 |
                A          | t               | 2019-01-01 |
            """,
            "seats": """
                month            | subscription_id | sold_seats
                2019-01..2020-12 | z               | 1
                2020-03..2020-06 | s               | 4
                2020-08..2020-12 | s               | 4
                2020-10..2020-12 | t               | 1
            """,
        }
    )
    everything = explained(world, "A", "new_customers", "2020-12")
    of_q = explained(world, "A", "new_customers", "2020-12", products=["q"])

    assert [
        ("2020-03", "c", 1, None),
        ("2020-08", "c", 1, "not_paid"),
    ] == told(everything, "month", "customer_id", "amount", "reason")
    assert [
        ("2020-03", "filtered_out"),
        ("2020-08", "not_paid"),
        ("2020-10", None),
    ] == told(of_q, "month", "reason")


def test_users_are_told_once_with_the_last_month_that_counts() -> None:
    """U acts in March and July, v without intent, w in a month without credit; by month u is told twice."""
    tables = {
        "subscriptions": "subscription_id | customer_id\ns | c",
        "associations": "partner_id | subscription_id | end_date\nA | s | 2020-08-31",
        "seats": "month | subscription_id | sold_seats | assigned_seats\n2020-01..2020-12 | s | 5 | 4",
        "activity": """
            date       | customer_id | user_id | intentional
            2020-03-01 | c           | u       | true
            2020-07-31 | c           | u       | true
            2020-07-31 | c           | u       | true
            2020-09-01 | c           | u       | true
            2020-07-01 | c           | v       | false
            2020-10-01 | c           | w       | true
        """,
        "activity_monthly": "month | customer_id | active_users\n2020-05 | c | 9\n2020-06 | c | 0",
    }
    once = world_from_text(tables)
    monthly = world_from_text(tables, mau_method="mean_monthly_distinct")

    assert [("2020-07", "c", "u", 1)] == told(
        explained(once, "A", "mau", "2020-12"), "month", "customer_id", "item", "amount"
    )
    assert [
        ("2020-03", None, "u", 1),
        ("2020-05", "Some Workload", None, 9),
        ("2020-07", None, "u", 1),
    ] == told(explained(monthly, "A", "mau", "2020-12"), "month", "workload", "item", "amount")
    assert [
        ("denominator", "s", None, 48),
        ("numerator", None, "u", 1),
    ] == told(explained(once, "A", "mau_per_assigned_seat", "2020-08"), "side", "subscription_id", "item", "amount")


def test_assigned_seats_that_do_not_count_say_why() -> None:
    """At the end of December A is not credited any more; a suspended subscription has no seats in use."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c\nt | c",
            "associations": "partner_id | subscription_id | end_date\nA | s | 2020-08-31",
            "seats": """
                month            | subscription_id | state     | sold_seats | assigned_seats
                2020-08..2020-12 | s               | active    | 5          | 4
                2020-08..2020-12 | t               | suspended | 5          | 3
            """,
        }
    )

    def seats(month: str) -> list[tuple[Any, ...]]:
        return told(explained(world, "A", "mau_per_assigned_seat", month), "subscription_id", "amount", "reason")

    assert [("s", 48, None), ("t", 36, "subscription_not_active")] == seats("2020-08")
    assert [("s", 48, "association_not_active"), ("t", 36, "subscription_not_active")] == seats("2020-12")


def test_responses_count_above_and_below_the_line() -> None:
    """9, 7 and 3 give 100 + 0 - 100 of three; r1 lies outside, and r5 at a customer that pays no more."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id | product_id\ns | c | p",
            "associations": "partner_id | subscription_id\nA | s",
            "seats": "month | subscription_id | sold_seats\n2019-01..2020-11 | s | 1",
            "survey_responses": """
                response_id | responded_on | customer_id | product_id | score
                r1          | 2019-12-31   | c           | p          | 0
                r2          | 2020-01-01   | c           | p          | 9
                r3          | 2020-06-30   | c           | q          | 7
                r4          | 2020-11-30   | c           | p          | 3
                r5          | 2020-12-01   | c           | p          | 10
            """,
        }
    )
    rows = explained(world, "A", "nps", "2020-12")
    of_p = explained(world, "A", "nps", "2020-12", products=["p"])

    assert [
        ("denominator", "r2", 1, None),
        ("denominator", "r3", 1, None),
        ("denominator", "r4", 1, None),
        ("numerator", "r1", -100, "outside_window"),
        ("numerator", "r2", 100, None),
        ("numerator", "r3", 0, None),
        ("numerator", "r4", -100, None),
        ("numerator", "r5", 100, "not_paid"),
    ] == told(rows, "side", "item", "amount", "reason")
    assert [("r3", "filtered_out")] == [pair for pair in told(of_p, "item", "reason") if pair[0] == "r3"]
    assert 2 == counted_sum(of_p, "denominator")


def test_instances_say_why_they_are_not_in_production() -> None:
    """Of five instances one runs, one is a sandbox, one ended in the window, one ended before, one comes later."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": "partner_id | subscription_id\nA | s",
            "seats": "month | subscription_id | sold_seats\n2020-12 | s | 1",
            "instances": """
                instance_id | customer_id | kind       | deployed_on | retired_on
                i1          | c           | production | 2019-01-01  |
                i2          | c           | sandbox    | 2019-01-01  |
                i3          | c           | production | 2019-01-01  | 2020-01-01
                i4          | c           | production | 2019-01-01  | 2019-12-31
                i5          | c           | production | 2021-01-01  |
            """,
        }
    )
    rows = explained(world, "A", "production_instances", "2020-12")

    assert [
        ("i1", "2020-12", None),
        ("i2", "2020-12", "sandbox"),
        ("i3", "2020-12", "instance_retired"),
    ] == told(rows, "item", "month", "reason")


def test_association_on_a_trial_gives_no_customer_credit() -> None:
    """The nearest of the customer's associations speaks: that on a trial before the one that has ended."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id | licence_type\ns | c | paid\nt | c | trial",
            "associations": "partner_id | subscription_id | end_date\nA | s | 2020-06-30\nA | t |",
            "seats": "month | subscription_id | sold_seats\n2020-01..2020-12 | s | 1\n2020-01..2020-12 | t | 1",
            "instances": "instance_id | customer_id | deployed_on\ni | c | 2019-01-01",
        }
    )

    assert [(None,)] == told(explained(world, "A", "production_instances", "2020-06"), "reason")
    assert [("trial",)] == told(explained(world, "A", "production_instances", "2020-12"), "reason")


def test_people_are_told_once_each() -> None:
    """One person with two exams, at the account and at its location, is one row; an expired pass gives none."""
    world = world_from_text(
        {
            "partners": "partner_id | parent_partner_id\nA |\nA1 | A",
            "exam_passes": """
                person_id | partner_id | exam   | passed_on  | expires_on
                ann       | A          | MB-300 | 2020-01-01 |
                ann       | A1         | PL-400 | 2020-02-01 |
                bob       | A1         | MB-500 | 2020-01-01 | 2020-12-31
                cleo      | A          | AZ-900 | 2020-01-01 |
            """,
        }
    )

    assert [("ann", "2020-12", 1)] == told(
        explained(world, "A", "certified_people", "2020-12"), "item", "month", "amount"
    )
    assert ["ann", "bob"] == [row["item"] for row in explained(world, "A", "certified_people", "2020-11")]
    assert [] == explained(world, "A", "certified_people", "2020-12", workloads=["Some Workload"])


def test_unknown_partner_is_an_error() -> None:
    """A partner that is not in the world has no rows, and not none."""
    with pytest.raises(KeyError, match="partner 'X' is not in the world"):
        explained(world_from_text(REVENUE), "X", "revenue", "2020-12")


@pytest.mark.parametrize("seed", range(12))
def test_counted_rows_of_random_worlds_add_up_to_the_numbers(seed: int) -> None:
    """Numerator and denominator are the sums of their rows, for all metrics, filters and kinds of partners."""
    world = random_world(seed, monthly_counts=seed % 4 == 3)
    rng = Random(seed)
    partners = rng.sample([row["partner_id"] for row in world.facts["partners"]], 6)
    for selected in ({}, random_filter(world, rng), random_filter(world, rng)):
        month = random_month(world, rng)
        chosen = make_filter(**selected)
        for metric in METRICS:
            for partner in partners:
                rows = explained(world, partner, metric, month, **selected)
                measure = measures(world, metric, chosen, month)[partner]
                below = Fraction(12) if metric == "mau" else counted_sum(rows, "denominator")
                is_null = metric in RATIOS and not below
                value = counted_sum(rows) / below if below else counted_sum(rows)

                assert (measure.denominator or 0) == below, (metric, partner)
                assert is_null or measure.numerator == counted_sum(rows), (metric, partner)
                assert value_of(world, metric, partner, month, **selected) == (
                    None if is_null else value_text(metric, value)
                )


@pytest.mark.parametrize("seed", range(4))
def test_every_row_of_random_worlds_has_one_place_and_one_reason(seed: int) -> None:
    """No row comes twice; one counts exactly when it has no reason; what counts is selected."""
    world = random_world(seed)
    rng = Random(seed)
    month, selected = random_month(world, rng), random_filter(world, rng)
    for metric in METRICS:
        for partner in rng.sample([row["partner_id"] for row in world.facts["partners"]], 6):
            rows = explained(world, partner, metric, month, **selected)
            places = [tuple(row[name] for name in ORDER) for row in rows]

            assert len(places) == len(set(places)), (metric, partner)
            assert [row["counted"] for row in rows] == [row["reason"] is None for row in rows]
            assert all(row["selected"] for row in rows if row["counted"])
            assert all(plain(row["amount"]) for row in rows)
