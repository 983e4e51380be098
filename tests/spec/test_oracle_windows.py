"""The fence posts of the trailing twelve months, and what a short history says of itself."""

import pytest

from oracle import value_of, values, world_from_text

ONE_CUSTOMER = {
    "subscriptions": "subscription_id | customer_id\ns | c",
    "associations": "partner_id | subscription_id\nA | s",
}


def test_billing_month_is_in_the_window_from_eleven_months_before() -> None:
    """TTM(2021-01) is 2020-02 .. 2021-01."""
    lines = """
        billing_month | subscription_id | amount
        2020-01       | s               | 1
        2020-02       | s               | 10
        2021-01       | s               | 100
        2021-02       | s               | 1000
    """
    world = world_from_text(ONE_CUSTOMER | {"billing_lines": lines})

    assert "110" == value_of(world, "revenue", "A", "2021-01")


def test_days_of_activity_and_survey_are_in_the_window_by_their_month() -> None:
    """2020-02-01 and 2021-01-31 are the first and last day; 29 February is in February."""
    seats = "month | subscription_id | sold_seats\n2020-01..2021-02 | s | 1"
    activity = """
        date       | customer_id | user_id
        2020-01-31 | c           | before
        2020-02-01 | c           | first
        2020-02-29 | c           | leap
        2021-01-31 | c           | last
        2021-02-01 | c           | after
    """
    survey = """
        responded_on | customer_id | score
        2020-01-31   | c           | 0
        2020-02-01   | c           | 10
        2021-01-31   | c           | 10
        2021-02-01   | c           | 0
    """
    world = world_from_text(ONE_CUSTOMER | {"seats": seats, "activity": activity, "survey_responses": survey})

    assert "0.25" == value_of(world, "mau", "A", "2021-01")
    assert "100" == value_of(world, "nps", "A", "2021-01")


@pytest.mark.parametrize(("added_in", "expected"), [("2020-01", "0"), ("2020-02", "1")])
def test_add_counts_from_eleven_months_before(added_in: str, expected: str) -> None:
    """An add in M-11 counts, one in M-12 does not; history begins in 2019-12."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c\nsz | z",
            "associations": "partner_id | subscription_id\nA | s",
            "seats": f"""
                month                | subscription_id | sold_seats
                {added_in}..2021-01  | s               | 1
                2019-12..2021-01     | sz              | 1
            """,
        }
    )

    assert expected == value_of(world, "new_customers", "A", "2021-01")


def test_seat_change_into_the_first_month_of_the_window_counts() -> None:
    """Seats 1, 3, 7 in M-13, M-12, M-11: only the rise from 3 to 7 lies in the window."""
    seats = """
        month            | subscription_id | sold_seats
        2019-12          | s               | 1
        2020-01          | s               | 3
        2020-02..2021-01 | s               | 7
    """
    world = world_from_text(ONE_CUSTOMER | {"seats": seats})

    assert "4" == value_of(world, "net_seat_adds", "A", "2021-01")


def test_first_month_of_facts_yields_no_adds_and_no_seat_changes() -> None:
    """The first month with seats has no predecessor, though the window reaches before it."""
    seats = """
        month            | subscription_id | sold_seats
        2020-09          | s               | 5
        2020-10..2020-12 | s               | 6
    """
    world = world_from_text(ONE_CUSTOMER | {"seats": seats})

    assert "0" == value_of(world, "new_customers", "A", "2020-12")
    assert "1" == value_of(world, "net_seat_adds", "A", "2020-12")


NEEDS_MONTH_12 = ["new_customers", "net_seat_adds"]
NEEDS_MONTH_11 = ["revenue", "mau", "mau_per_assigned_seat", "nps"]
SNAPSHOTS = ["certified_people", "production_instances"]


@pytest.mark.parametrize(
    ("month", "short"),
    [
        ("2021-01", []),
        ("2020-12", NEEDS_MONTH_12),
        ("2020-11", NEEDS_MONTH_12 + NEEDS_MONTH_11),
    ],
)
def test_history_short_marks_the_values_that_need_an_earlier_month(month: str, short: list[str]) -> None:
    """History begins in 2020-01: adds need thirteen months, other windows twelve."""
    seats = "month | subscription_id | sold_seats\n2020-01..2021-01 | s | 1"
    world = world_from_text(ONE_CUSTOMER | {"seats": seats})
    for metric in NEEDS_MONTH_12 + NEEDS_MONTH_11 + SNAPSHOTS:
        expected = ["history_short"] if metric in short else []

        assert expected == values(world, metric, month)[0]["flags"]


def test_without_any_seats_every_window_is_short() -> None:
    """No first month of facts: all but the snapshots carry the flag; sums are 0."""
    lines = "billing_month | subscription_id | amount\n2020-06 | s | 3"
    world = world_from_text(ONE_CUSTOMER | {"billing_lines": lines})

    assert ["history_short"] == values(world, "revenue", "2021-01")[0]["flags"]
    assert [] == values(world, "certified_people", "2021-01")[0]["flags"]
    assert "3" == value_of(world, "revenue", "A", "2021-01")
    assert "0" == value_of(world, "net_seat_adds", "A", "2021-01")
    assert value_of(world, "nps", "A", "2021-01") is None
