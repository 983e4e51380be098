"""
Every reason on a program small enough to work each row of it by hand.

The policy is pci-2020 and the data month 2021-01, so the window is 2020-02 .. 2021-01. The first month of facts is
2019-11. Each case has a partner, a customer and a subscription of its own, unless it says otherwise.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from explain.explaining import METRICS, Published, published
from oracle import world_from_text
from partnerlens.explain import INDICATOR_REASONS, METRIC_REASONS, REASONS

PARTNERS = """
    partner_id | name        | country | parent_partner_id
    home       | Home        | US      |
    branch     | Home Branch | DE      | home
"""

PRODUCTS = """
    product_id | name    | workloads
    sales      | Sales   | Customer Engagement
    ledger     | Ledger  | Finance and Operations
"""

CUSTOMERS = """
    customer_id | name   | country
    shop        | Shop   | US
    later       | Later  | FR
"""

SUBSCRIPTIONS = """
    subscription_id | customer_id | product_id | licence_type | channel | agreement_start_date
    main            | shop        | sales      | paid         | CSP     |
    other           | shop        | sales      | paid         | OTHER   |
    year            | shop        | sales      | paid         | EA      | 2019-07-15
    future          | shop        | sales      | paid         | EA      | 2020-12-01
    foreign         | shop        | ledger     | paid         | CSP     |
    claimed         | claim-c     | sales      | paid         | CSP     |
    presold         | presale-c   | sales      | paid         | CSP     |
    access          | access-c    | sales      | paid         | CSP     |
    left            | left-c      | sales      | paid         | CSP     |
    rest            | left-c      | sales      | paid         | CSP     |
    begun           | later       | ledger     | paid         | CSP     |
    tried           | tried-c     | sales      | trial        | CSP     |
    bought          | tried-c     | sales      | paid         | CSP     |
    free            | free-c      | sales      | free         | CSP     |
    paused          | paused-c    | sales      | paid         | CSP     |
    paused-2        | paused-c    | sales      | paid         | CSP     |
    old             | old-c       | sales      | paid         | CSP     |
"""

SEATS = """
    month            | subscription_id | sold_seats | assigned_seats | state
    2019-11..2020-11 | main            | 10         | 6              | active
    2020-12..2021-01 | main            | 13         | 6              | in_grace
    2019-11..2021-01 | claimed         | 4          | 4              | active
    2019-11..2021-01 | presold         | 4          | 4              | active
    2019-11..2021-01 | access          | 4          | 4              | active
    2019-11..2021-01 | left            | 4          | 4              | active
    2020-10..2021-01 | rest            | 5          | 5              | active
    2020-06..2021-01 | begun           | 7          | 1              | active
    2020-05..2021-01 | tried           | 3          | 2              | active
    2020-09..2021-01 | bought          | 2          | 0              | active
    2020-08..2020-12 | free            | 9          | 9              | active
    2021-01          | free            | 8          | 9              | active
    2019-11..2020-12 | paused          | 6          | 6              | active
    2021-01          | paused          | 6          | 6              | suspended
    2021-01          | paused-2        | 1          | 1              | active
    2019-12..2020-01 | old             | 5          | 0              | active
"""

ASSOCIATIONS = """
    partner_id | subscription_id | type    | claim    | start_date | end_date
    home       | main            | DPOR    |          | 2019-01-01 |
    home       | other           | DPOR    |          | 2019-01-01 |
    home       | year            | DPOR    |          | 2019-01-01 |
    home       | future          | DPOR    |          | 2019-01-01 |
    branch     | foreign         | CSP     |          | 2019-01-01 |
    branch     | main            | CSP     |          | 2020-12-01 |
    loser      | claimed         | DPOR    |          | 2019-01-01 |
    taker      | claimed         | CPOR    | OSA      | 2020-03-10 |
    taker-2    | claimed         | CPOR    | OSU      | 2020-03-10 |
    presale    | presold         | CPOR    | PRESALES | 2019-01-01 |
    advisor    | access          | PAL     |          | 2019-01-01 |
    advisor    | access          | ADVISOR |          | 2019-01-01 |
    gone       | left            | DPOR    |          | 2019-01-01 | 2020-06-29
    heir       | left            | DPOR    |          | 2020-07-01 |
    heir       | rest            | CSP     |          | 2020-07-01 |
    joiner     | begun           | CSP     |          | 2020-08-20 |
    starter    | begun           | CSP     |          | 2020-06-30 |
    tester     | tried           | CSP     |          | 2019-01-01 |
    tester     | bought          | CSP     |          | 2020-10-01 |
    giver      | free            | CSP     |          | 2019-01-01 |
    waiter     | paused          | CSP     |          | 2019-01-01 |
    elder      | old             | CSP     |          | 2019-01-01 |
"""

BILLING_LINES = """
    line_id  | billing_month | subscription_id | amount | currency
    too-old  | 2019-01       | main            | 1      | USD
    before   | 2020-01       | main            | 2      | USD
    first    | 2020-02       | main            | 40     | USD
    credit   | 2020-12       | main            | -1.5   | USD
    elsewhere| 2020-03       | other           | 4      | USD
    in-year  | 2020-06       | year            | 8      | USD
    past-year| 2020-07       | year            | 16     | USD
    no-year  | 2020-11       | future          | 32     | USD
    euros    | 2020-05       | foreign         | 50.10  | EUR
    won      | 2020-03       | claimed         | 100    | USD
    kept     | 2020-02       | claimed         | 200    | USD
    presale  | 2020-06       | presold         | 300    | USD
    access   | 2020-06       | access          | 400    | USD
    ended    | 2020-06       | left            | 500    | USD
    theirs   | 2020-11       | rest            | 600    | USD
    ahead    | 2021-02       | main            | 700    | USD
"""

INSTANCES = """
    instance_id | customer_id | product_id | kind       | deployed_on | retired_on
    runs        | shop        | sales      | production | 2019-05-05  |
    books       | shop        | ledger     | production | 2021-01-31  | 2021-02-10
    test        | shop        | sales      | sandbox    | 2019-05-05  |
    ended       | shop        | sales      | production | 2019-05-05  | 2021-01-31
    long-ended  | shop        | sales      | production | 2019-05-05  | 2020-01-31
    not-yet     | shop        | sales      | production | 2021-02-01  |
    lost        | left-c      | sales      | production | 2019-05-05  |
    on-trial    | tried-2     | sales      | production | 2019-05-05  |
"""

ACTIVITY = """
    date       | customer_id | user_id | product_id | workload               | intentional
    2020-01-31 | shop        | early   | sales      | Customer Engagement    | true
    2020-02-01 | shop        | often   | sales      | Customer Engagement    | true
    2020-09-30 | shop        | often   | sales      | Customer Engagement    | true
    2020-04-04 | shop        | books   | ledger     | Finance and Operations | true
    2020-10-10 | shop        | idle    | sales      | Customer Engagement    | false
    2020-05-05 | left-c      | before  | sales      | Customer Engagement    | true
    2020-08-05 | left-c      | before  | sales      | Customer Engagement    | true
    2020-08-05 | left-c      | after-1 | sales      | Customer Engagement    | true
    2020-08-06 | left-c      | after-2 | sales      | Customer Engagement    | true
    2020-06-06 | claim-c     | used    | sales      | Customer Engagement    | true
"""

EXAM_PASSES = """
    person_id | partner_id | location_country | exam   | passed_on  | expires_on
    ann       | home       | US               | MB-210 | 2019-12-01 |
    ann       | branch     | DE               | MB-220 | 2019-12-01 | 2021-03-15
    bob       | branch     | DE               | MB-300 | 2019-12-01 | 2021-03-15
    bob       | branch     | DE               | MB-310 | 2019-12-01 | 2021-02-28
    cat       | home       | US               | MB-200 | 2020-06-01 |
    dan       | home       | US               | MB-210 | 2019-01-01 | 2021-01-31
    eve       | home       | US               | MB-200 | 2020-12-31 |
    fay       | home       | US               | AZ-900 | 2020-01-01 |
    gus       | home       | US               | AZ-900 | 2020-01-01 |
    gus       | home       | US               | MB-210 | 2018-01-01 | 2020-01-01
    gus       | home       | US               | MB-220 | 2018-01-01 | 2020-06-01
    hal       | home       | US               | MB-210 | 2021-02-01 |
    ida       | loser      | US               | MB-210 | 2020-01-01 |
"""

SURVEY_RESPONSES = """
    response_id | customer_id | product_id | responded_on | score
    too-old     | shop        | sales      | 2020-01-31   | 10
    happy       | shop        | sales      | 2020-02-01   | 9
    so-so       | shop        | sales      | 2020-03-01   | 7
    unhappy     | shop        | ledger     | 2021-01-31   | 6
    gone        | left-c      | sales      | 2020-06-30   | 10
    taken       | claim-c     | sales      | 2020-06-30   | 10
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The program, with 2021-01 published."""
    tables = {
        "partners": PARTNERS,
        "products": PRODUCTS,
        "customers": CUSTOMERS,
        "subscriptions": SUBSCRIPTIONS,
        "seats": SEATS,
        "associations": ASSOCIATIONS,
        "billing_lines": BILLING_LINES,
        "exchange_rates": "month | currency | rate\n2020-05 | EUR | 1.2",
        "instances": INSTANCES,
        "activity": ACTIVITY,
        "exam_passes": EXAM_PASSES,
        "survey_responses": SURVEY_RESPONSES,
    }
    world = world_from_text(tables, k=1, contribution_policy="pci-2020")
    with published(world, tmp_path_factory.mktemp("reasons"), "2021-01") as opened:
        yield opened


def told(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of rows."""
    return [tuple(row[name] for name in columns) for row in rows]


def lines(there: Published, partner: str, **asked: Any) -> dict[str, str]:
    """Return the reason of each billed line of a partner, by line."""
    return {row["item"].removeprefix("i/"): row["reason"] for row in there.rows("revenue", partner, **asked)}


def test_lines_of_own_subscriptions_have_the_reason_of_their_contract(there: Published) -> None:
    """Window, channel and first year of an agreement decide; what lies two years back or ahead is not told."""
    assert {
        "before": "outside_window",
        "first": "billed",
        "credit": "billed",
        "elsewhere": "channel_not_counted",
        "in-year": "billed",
        "past-year": "ea_after_first_year",
        "no-year": "ea_before_agreement",
        "euros": "billed",
    } == {line: reason for line, reason in lines(there, "home").items() if line != "too-old"}
    assert "too-old" not in lines(there, "home")


def test_line_tells_how_it_was_billed_who_holds_the_credit_and_when_it_leaves(there: Published) -> None:
    """50.10 EUR at 1.2 are 60.12; the branch holds the association; from 2020-12 both stand on 'main'."""
    rows = {row["item"]: row for row in there.rows("revenue", "home")}

    assert ("60.12", "50.1 EUR x 1.2", "CSP", "branch", "2021-05") == told(
        [rows["i/euros"]], "amount", "note", "association", "location", "leaves_in"
    )[0]
    assert ("-1.5", None, "CSP;DPOR", "branch;home", "2021-12") == told(
        [rows["i/credit"]], "amount", "note", "association", "location", "leaves_in"
    )[0]


def test_location_has_rows_of_its_own(there: Published) -> None:
    """The branch is credited for its own association alone: on 'main' since 2020-12, on 'foreign' always."""
    assert {
        "before": "outside_window",
        "first": "association_not_active",
        "credit": "billed",
        "elsewhere": "no_association",
        "in-year": "no_association",
        "past-year": "ea_after_first_year",
        "no-year": "ea_before_agreement",
        "euros": "billed",
    }.items() <= {**lines(there, "branch"), "elsewhere": "no_association"}.items()
    assert "channel_not_counted" == lines(there, "branch")["elsewhere"]


def test_claim_takes_the_credit_from_the_month_it_begins_in(there: Published) -> None:
    """The operator reads who took it; the partner sees its own association and no amount."""
    operators = there.rows("revenue", "loser")
    partners = there.rows("revenue", "loser", viewer="partner")
    columns = ("item", "reason", "association", "location", "amount", "note")

    assert [
        ("i/kept", "billed", "DPOR", "loser", "200", None),
        ("i/won", "outranked_by_cpor", "DPOR", "loser", "100", "taker"),
    ] == told(operators, *columns)
    assert ("i/won", "outranked_by_cpor", "DPOR", "loser", None, None) == told(partners, *columns)[1]


@pytest.mark.parametrize(
    ("partner", "line", "reason", "association"),
    [
        ("presale", "presale", "presales_claim", "CPOR/PRESALES"),
        ("advisor", "access", "association_type_not_counted", "ADVISOR;PAL"),
        ("taker-2", "won", "association_type_not_counted", "CPOR/OSU"),
        ("gone", "ended", "association_not_active", "DPOR"),
    ],
)
def test_association_that_credits_nothing_is_named(
    there: Published, partner: str, line: str, reason: str, association: str
) -> None:
    """A pre-sales claim, an access, a claim to use, and what had ended a day before the end of the month."""
    (row,) = [row for row in there.rows("revenue", partner) if row["item"] == f"i/{line}"]

    assert (reason, association, partner) == told([row], "reason", "association", "location")[0]


def test_subscription_of_others_at_an_own_customer_is_told_to_operators_only(there: Published) -> None:
    """'gone' never had 'rest'; the heir's line on it says no_association, with the heir, and nothing to 'gone'."""
    (row,) = [row for row in there.rows("revenue", "gone") if row["item"] == "i/theirs"]

    assert ("no_association", None, "600", "heir") == told([row], "reason", "association", "amount", "note")[0]
    assert "theirs" not in lines(there, "gone", viewer="partner")


def test_line_that_only_the_filter_leaves_out_says_so(there: Published) -> None:
    """Ledger is asked for: the sales lines that count are filtered out, those that fail otherwise too are not told."""
    assert {
        "euros": "billed",
        "first": "filtered_out",
        "credit": "filtered_out",
        "in-year": "filtered_out",
    } == lines(there, "home", products=["ledger"])


def test_seat_changes_have_their_reasons(there: Published) -> None:
    """Rises and falls of paid seats count; unpaid ones, those before the window, and those of others do not."""
    columns = ("month", "subscription_id", "reason", "amount", "leaves_in")

    assert [("2020-12", "main", "seats_added", "3", "2021-12")] == told(there.rows("net_seat_adds", "home"), *columns)
    assert [
        ("2021-01", "paused", "seats_lost", "-6", "2022-01"),
        ("2021-01", "paused-2", "no_association", "1", None),
    ] == told(there.rows("net_seat_adds", "waiter"), *columns)
    assert [
        ("2020-09", "bought", "association_not_active", "2", None),
        ("2020-05", "tried", "trial", "3", None),
    ] == told(there.rows("net_seat_adds", "tester"), *columns)
    assert [
        ("2021-01", "free", "not_paid", "-1", None),
        ("2020-08", "free", "not_paid", "9", None),
    ] == told(there.rows("net_seat_adds", "giver"), *columns)
    assert [
        ("2020-02", "old", "seats_lost", "-5", "2021-02"),
        ("2019-12", "old", "outside_window", "5", None),
    ] == told(there.rows("net_seat_adds", "elder"), *columns)


def test_adds_have_their_reasons(there: Published) -> None:
    """Who comes later finds a customer; a trial is no add; before the window, and without credit, it is none either."""
    columns = ("month", "customer_id", "subscription_id", "reason", "association")

    assert [("2020-06", "later", None, "added", "CSP")] == told(there.rows("new_customers", "starter"), *columns)
    assert [
        ("2020-08", "later", None, "already_customer", None),
        ("2020-06", "later", None, "association_not_active", "CSP"),
    ] == told(there.rows("new_customers", "joiner"), *columns)
    assert [
        ("2020-10", "tried-c", None, "already_customer", None),
        # In 2020-09 the customer bought, and the tester stood on the trial alone.
        ("2020-09", "tried-c", None, "trial", "CSP"),
        ("2020-05", "tried-c", "tried", "trial", None),
    ] == told(there.rows("new_customers", "tester"), *columns)
    assert [("2020-08", "free-c", "free", "not_paid", None)] == told(there.rows("new_customers", "giver"), *columns)
    assert [("2019-12", "old-c", None, "outside_window", None)] == told(there.rows("new_customers", "elder"), *columns)
    assert [("2020-06", "later", None, "filtered_out", "CSP")] == told(
        there.rows("new_customers", "starter", countries=["US"]), *columns
    )


def test_people_count_once_with_the_month_after_their_last_pass(there: Published) -> None:
    """Ann holds a pass that does not end; Bob's last ends on 2021-03-15; Cat's exam counts until 2021-12-31."""
    rows = [row for row in there.rows("certified_people", "home") if row["counted"]]

    assert [
        ("ann", "DE;US", "branch;home", None, "MB-210;MB-220"),
        ("bob", "DE", "branch", "2021-03", "MB-300;MB-310"),
        ("cat", "US", "home", "2022-01", "MB-200"),
    ] == told(rows, "item", "country", "location", "leaves_in", "note")


def test_people_who_do_not_count_have_the_reason_of_their_nearest_pass(there: Published) -> None:
    """Dan's pass ended on the last day, Eve passed on the day of retirement; Gus's expired passes come nearest."""
    rows = [row for row in there.rows("certified_people", "home") if not row["counted"]]

    assert [
        ("dan", "exam_expired", "MB-210 2021-01-31"),
        ("eve", "exam_retired", "MB-200"),
        ("fay", "exam_not_listed", "AZ-900"),
        ("gus", "exam_expired", "MB-210 2020-01-01;MB-220 2020-06-01"),
    ] == told(rows, "item", "reason", "note")


def test_filters_of_people_are_lists_and_locations(there: Published) -> None:
    """In Germany Ann and Bob count; for Finance and Operations Bob alone, and Ann and Cat are filtered out."""
    in_germany = there.rows("certified_people", "home", countries=["DE"])
    finance = there.rows("certified_people", "home", workloads=["Finance and Operations"])
    columns = ("item", "reason", "leaves_in")

    assert [
        ("ann", "certified", "2021-03"),
        ("bob", "certified", "2021-03"),
        ("cat", "filtered_out", None),
    ] == told(in_germany, *columns)
    assert [
        ("bob", "certified", "2021-03"),
        ("ann", "filtered_out", None),
        ("cat", "filtered_out", None),
        ("fay", "exam_not_listed", None),
    ] == [row for row in told(finance, *columns) if row[0] != "gus"]


def test_instances_have_their_reasons(there: Published) -> None:
    """One retired before the window, and one deployed after the month, are not told."""
    columns = ("item", "reason", "note", "leaves_in")

    assert [
        ("books", "in_production", "2021-01-31", None),
        ("runs", "in_production", "2019-05-05", None),
        ("ended", "instance_retired", "2019-05-05..2021-01-31", None),
        ("test", "sandbox", "2019-05-05", None),
    ] == told(there.rows("production_instances", "home"), *columns)
    assert [("lost", "association_not_active", "heir", None)] == told(
        there.rows("production_instances", "gone"), *columns
    )
    assert [("books", "in_production"), ("runs", "filtered_out")] == told(
        there.rows("production_instances", "home", products=["ledger"]), "item", "reason"
    )


def test_users_count_with_their_last_month_and_others_as_numbers(there: Published) -> None:
    """'often' last acted in 2020-09; 'early' did before the window, and 'idle' without intent."""
    columns = ("month", "item", "reason", "amount", "leaves_in")

    assert [
        ("2020-09", "often", "active_user", "1", "2021-09"),
        ("2020-04", "books", "active_user", "1", "2021-04"),
        ("2020-10", None, "not_intentional", "1", None),
        ("2020-01", None, "outside_window", "1", None),
    ] == told(there.rows("mau", "home"), *columns)
    assert [
        ("2020-04", "books", "active_user", "1", "2021-04"),
        ("2020-09", None, "filtered_out", "1", None),
    ] == told(there.rows("mau", "home", products=["ledger"]), *columns)


def test_users_without_credit_are_told_by_customer_and_month(there: Published) -> None:
    """'before' counts through 2020-05; in 2020-08 two others came, when the heir was credited."""
    columns = ("month", "item", "reason", "amount", "note")

    assert [
        ("2020-05", "before", "active_user", "1", None),
        ("2020-08", None, "association_not_active", "2", "heir"),
    ] == told(there.rows("mau", "gone"), *columns)
    assert ("2020-08", None, "association_not_active", None, None) == told(
        there.rows("mau", "gone", viewer="partner"), *columns
    )[1]
    assert [("2020-06", None, "outranked_by_cpor", "1", "taker-2")] == told(there.rows("mau", "loser"), *columns)


def test_assigned_seats_stand_below_the_line_twelve_times(there: Published) -> None:
    """6 seats at the shop are 72; a suspended subscription has none, and an unpaid one gives no credit."""
    columns = ("side", "subscription_id", "reason", "amount")

    def below(partner: str) -> list[tuple[Any, ...]]:
        rows = there.rows("mau_per_assigned_seat", partner)
        return told([row for row in rows if row["side"] == "denominator"], *columns)

    assert [("denominator", "main", "assigned", "72")] == below("home")
    assert [
        ("denominator", "paused", "subscription_not_active", "72"),
        ("denominator", "paused-2", "not_paid", "12"),
    ] == below("waiter")
    assert [("denominator", "free", "not_paid", "108")] == below("giver")
    assert [("denominator", "tried", "assigned", "24")] == below("tester")


def test_responses_stand_above_and_those_that_count_below_the_line(there: Published) -> None:
    """A promoter, a neutral and a detractor: 100 + 0 - 100 above, 3 below."""
    columns = ("side", "item", "reason", "amount")

    assert [
        ("numerator", "unhappy", "detractor", "-100"),
        ("numerator", "so-so", "neutral", "0"),
        ("numerator", "happy", "promoter", "100"),
        ("numerator", "too-old", "outside_window", "100"),
        ("denominator", "unhappy", "detractor", "1"),
        ("denominator", "so-so", "neutral", "1"),
        ("denominator", "happy", "promoter", "1"),
    ] == told(there.rows("nps", "home"), *columns)
    assert [("numerator", "gone", "association_not_active", None)] == told(
        there.rows("nps", "gone", viewer="partner"), *columns
    )[:1] or there.rows("nps", "gone", viewer="partner")


def test_every_reason_of_a_metric_or_indicator_is_described() -> None:
    """Each names reasons that count and that do not, in the order in which they are found."""
    order = list(REASONS)
    every = [*METRIC_REASONS.values(), *INDICATOR_REASONS.values()]
    for codes in every:
        missed = [code for code in codes if not REASONS[code].counts]

        assert sorted(missed, key=order.index) == missed
        assert any(REASONS[code].counts for code in codes)
    assert {metric.value for metric in METRIC_REASONS} == set(METRICS)
    assert {code for codes in every for code in codes} == set(REASONS)
