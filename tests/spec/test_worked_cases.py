"""
Worked cases on the real engine: files loaded, a month built and published, values worked by hand.

The data month is 2021-01, so the window is 2020-02 .. 2021-01 and the first month of facts is 2020-01.
Each case has partners of its own, so one program holds them all.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle import world_from_text
from partnerlens.app import Workspace

SUBSCRIPTIONS = """
    subscription_id | customer_id | licence_type | channel | agreement_start_date | end_date
    always          | z           | paid         | CSP     |                      |
    add1            | c1          | paid         | CSP     |                      |
    add2            | c2          | paid         | CSP     |                      |
    add3            | c3          | paid         | CSP     |                      |
    add4            | c4          | paid         | CSP     |                      |
    add5            | c5          | paid         | CSP     |                      |
    trial6          | c6          | trial        | CSP     |                      |
    add6            | c6          | paid         | CSP     |                      |
    move7a          | c7          | paid         | CSP     |                      |
    move7b          | c7          | paid         | CSP     |                      |
    edge            | c8          | paid         | CSP     |                      |
    ea              | c9          | paid         | EA      | 2020-02-10           |
    web             | c10         | paid         | WEB_DIRECT |                   |
    closed          | c11         | paid         | CSP     |                      | 2020-06-17
    used            | c12         | paid         | CSP     |                      |
"""

SEATS = """
    month            | subscription_id | sold_seats
    2020-01..2021-01 | always          | 1
    2020-03..2021-01 | add1            | 5
    2020-03..2021-01 | add2            | 5
    2020-03..2020-07 | add3            | 5
    2020-03..2020-07 | add4            | 5
    2020-10..2021-01 | add4            | 4
    2020-01..2021-01 | add5            | 5
    2020-02..2021-01 | trial6          | 9
    2020-03..2021-01 | add6            | 5
    2020-01..2020-05 | move7a          | 5
    2020-06..2021-01 | move7b          | 7
    2020-03..2021-01 | edge            | 5
    2020-01..2021-01 | used            | 3
"""

ASSOCIATIONS = """
    partner_id | subscription_id | start_date | end_date
    add1-a     | add1            | 2020-03-01 |
    add1-b     | add1            | 2020-03-31 |
    add2-a     | add2            | 2020-03-10 |
    add2-b     | add2            | 2020-05-10 |
    add3-a     | add3            | 2020-03-10 |
    add3-b     | add3            | 2020-05-10 |
    add4-a     | add4            | 2020-03-10 | 2020-07-31
    add4-b     | add4            | 2020-05-10 |
    add5-a     | add5            | 2020-06-01 |
    add6-a     | add6            | 2020-03-01 |
    move7-a    | move7a          | 2020-01-01 |
    move7-b    | move7b          | 2020-06-01 |
    until-30th | edge            | 2020-01-01 | 2020-03-30
    until-31st | edge            | 2020-01-01 | 2020-03-31
    from-31st  | edge            | 2020-03-31 |
    from-1st   | edge            | 2020-04-01 |
    ea-a       | ea              | 2015-01-01 |
    web-a      | web             | 2015-01-01 |
    closing    | closed          | 2020-01-01 | 2020-06-20
    too-early  | closed          | 2020-01-01 | 2020-06-16
    users-a    | used            | 2015-01-01 |
    users-june | used            | 2020-06-01 | 2020-06-30
"""

BILLING_LINES = """
    billing_month | subscription_id | amount    | currency
    2020-01       | ea              | 1         | USD
    2020-02       | ea              | 10        | USD
    2021-01       | ea              | 100       | USD
    2020-01       | web             | 1         | USD
    2020-02       | web             | 10.000001 | USD
    2021-01       | web             | -0.5      | USD
    2020-12       | web             | 3         | EUR
    2021-02       | web             | 1000      | USD
    2020-06       | closed          | 7         | USD
"""

EXCHANGE_RATES = """
    month   | currency | rate
    2020-12 | EUR      | 1.123456789012
"""

ACTIVITY = """
    date       | customer_id | user_id | intentional
    2020-01-31 | c12         | early   | true
    2020-02-01 | c12         | first   | true
    2020-02-29 | c12         | leap    | true
    2020-06-15 | c12         | june    | true
    2020-06-15 | c12         | june    | true
    2020-07-01 | c12         | idle    | false
    2021-01-31 | c12         | last    | true
    2021-02-01 | c12         | late    | true
    2020-06-30 | c5          | first   | true
"""


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def workspace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace that holds all cases, with 2021-01 built on either engine and published."""
    home: Path = tmp_path_factory.mktemp("worked-cases")
    tables = {
        "subscriptions": SUBSCRIPTIONS,
        "seats": SEATS,
        "associations": ASSOCIATIONS,
        "billing_lines": BILLING_LINES,
        "exchange_rates": EXCHANGE_RATES,
        "activity": ACTIVITY,
    }
    world_from_text(tables, k=1).write_csv(home)
    with Workspace.open(home) as opened:
        opened.load(sorted(home.glob("*.csv")))
        remote = request.getfixturevalue("sail") if request.param == "spark" else None
        opened.build("2021-01", engine=request.param, remote=remote)
        opened.publish("2021-01")
        yield opened


@pytest.mark.parametrize(
    ("partner", "adds"),
    [
        ("add1-a", "1"),  # case 1: all partners associated in the month of the add
        ("add1-b", "1"),
        ("add2-a", "1"),  # case 2: who joins an active customer gets nothing
        ("add2-b", "0"),
        ("add3-a", "1"),  # case 3: a loss takes no add away
        ("add3-b", "0"),
        ("add4-a", "1"),  # case 4: back after the loss, with the other partner alone
        ("add4-b", "1"),
        ("add5-a", "0"),  # case 5: a customer that was there directly
        ("add6-a", "1"),  # case 6: a trial is no paid seat
        ("move7-a", "0"),  # case 7: from one subscription to another without a gap
        ("move7-b", "0"),
        ("until-30th", "0"),  # the association has to cover the last day of March
        ("until-31st", "1"),
        ("from-31st", "1"),
        ("from-1st", "0"),
    ],
)
def test_customer_add_is_credited_as_the_seven_cases_say(workspace: Workspace, partner: str, adds: str) -> None:
    """Credit for an add goes to those associated at the end of its month, once, whatever follows."""
    assert adds == workspace.answer(partner)["new_customers"].value


@pytest.mark.parametrize(
    ("partner", "revenue"),
    [
        ("ea-a", "110"),  # February 2020 is the agreement's first month and January 2021 its twelfth
        (
            "web-a",
            "12.870371367036",
        ),  # 10.000001 - 0.5 + 3 * 1.123456789012; January 2020 and February 2021 lie outside
        ("closing", "7"),  # covers the subscription's last day, the 17th, though not the month's
        ("too-early", "0"),
    ],
)
def test_revenue_counts_the_window_to_the_last_decimal(workspace: Workspace, partner: str, revenue: str) -> None:
    """Lines of M-11 and M count, those beside them do not; EA ends after twelve months; rates are exact."""
    assert revenue == workspace.answer(partner)["revenue"].value


def test_users_of_the_window_count_from_its_first_to_its_last_day(workspace: Workspace) -> None:
    """Of seven users with intent four acted from 2020-02-01 to 2021-01-31, one of them on 29 February."""
    answer = workspace.answer("users-a")["mau"]

    assert ("4", "12", "0.333333") == (answer.numerator, answer.denominator, answer.value)


def test_users_count_in_the_months_of_credit_alone(workspace: Workspace) -> None:
    """The partner of June is credited with the one user of June."""
    assert workspace.answer("users-june")["mau"].numerator == "1"


def test_seat_rise_and_fall_belong_to_the_months_of_their_credit(workspace: Workspace) -> None:
    """Customer 4 brings partner A +5 in March and -5 in August; in October +4 go to B, who had the fall too."""
    assert ("0", "-1") == (
        workspace.answer("add4-a")["net_seat_adds"].value,
        workspace.answer("add4-b")["net_seat_adds"].value,
    )
