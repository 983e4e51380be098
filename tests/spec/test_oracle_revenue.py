"""Revenue and net seat adds: lines, channels, the EA first year, currencies, rises and falls."""

import pytest

from oracle import value_of, world_from_text

ASSOCIATED = "partner_id | subscription_id\nA | s"


@pytest.mark.parametrize(
    ("start_date", "agreement_start_date"),
    [("2020-03-31", ""), ("2018-07-01", "2020-03-01"), ("2021-01-01", "2020-03-15")],
)
def test_ea_line_counts_in_the_agreements_first_twelve_months(start_date: str, agreement_start_date: str) -> None:
    """First month 2020-03 by the agreement, else by the subscription; the last is 2021-02."""
    world = world_from_text(
        {
            "subscriptions": f"""
                subscription_id | customer_id | channel | start_date   | agreement_start_date
                s               | c           | EA      | {start_date} | {agreement_start_date}
            """,
            "associations": ASSOCIATED,
            "billing_lines": """
                billing_month | subscription_id | amount
                2020-02       | s               | 1
                2020-03       | s               | 10
                2021-02       | s               | 100
                2021-03       | s               | 1000
            """,
        }
    )

    assert "10" == value_of(world, "revenue", "A", "2020-12")
    assert "110" == value_of(world, "revenue", "A", "2021-02")
    assert "100" == value_of(world, "revenue", "A", "2021-03")
    assert "0" == value_of(world, "revenue", "A", "2022-03")


@pytest.mark.parametrize("channel", ["CSP", "WEB_DIRECT"])
def test_first_year_is_a_rule_for_ea_alone(channel: str) -> None:
    """Recurring lines of other channels count in every year."""
    world = world_from_text(
        {
            "subscriptions": f"""
                subscription_id | customer_id | channel   | start_date
                s               | c           | {channel} | 2015-01-01
            """,
            "associations": ASSOCIATED,
            "billing_lines": "billing_month | subscription_id | amount\n2020-06 | s | 7",
        }
    )

    assert "7" == value_of(world, "revenue", "A", "2020-06")


def test_open_and_other_channels_are_not_counted() -> None:
    """EA, CSP and Web Direct count."""
    world = world_from_text(
        {
            "subscriptions": """
                subscription_id | customer_id | channel    | start_date
                s1              | c           | EA         | 2020-06-01
                s2              | c           | CSP        | 2020-06-01
                s3              | c           | WEB_DIRECT | 2020-06-01
                s4              | c           | OPEN       | 2020-06-01
                s5              | c           | OTHER      | 2020-06-01
            """,
            "associations": "partner_id | subscription_id\nA|s1\nA|s2\nA|s3\nA|s4\nA|s5",
            "billing_lines": """
                billing_month | subscription_id | amount
                2020-06       | s1              | 1
                2020-06       | s2              | 10
                2020-06       | s3              | 100
                2020-06       | s4              | 1000
                2020-06       | s5              | 10000
            """,
        }
    )

    assert "111" == value_of(world, "revenue", "A", "2020-06")


def test_lines_are_converted_exactly_with_the_rate_of_their_month() -> None:
    """10.5 x 1.1 + 1000 x 0.000875 - 1.000001 = 11.55 + 0.875 - 1.000001 = 11.424999."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": ASSOCIATED,
            "billing_lines": """
                billing_month | subscription_id | amount    | currency
                2020-06       | s               | 10.5      | EUR
                2020-07       | s               | 1000      | KRW
                2020-07       | s               | -1.000001 | USD
            """,
            "exchange_rates": """
                month   | currency | rate
                2020-06 | EUR      | 1.1
                2020-07 | EUR      | 3
                2020-07 | KRW      | 0.000875
            """,
        }
    )

    assert "11.424999" == value_of(world, "revenue", "A", "2020-12")


def test_line_without_a_rate_is_left_out() -> None:
    """A missing rate is never read as 1 or 0: the rate of another month does not serve."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": ASSOCIATED,
            "billing_lines": """
                billing_month | subscription_id | amount | currency
                2020-06       | s               | 10     | EUR
                2020-07       | s               | 5      | EUR
            """,
            "exchange_rates": "month | currency | rate\n2020-07 | EUR | 2",
        }
    )

    assert "10" == value_of(world, "revenue", "A", "2020-12")


def test_revenue_has_no_condition_on_licence_or_seats() -> None:
    """A billed trial without any seats row is revenue."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id | licence_type\ns | c | trial",
            "associations": ASSOCIATED,
            "billing_lines": "billing_month | subscription_id | amount\n2020-06 | s | 4",
        }
    )

    assert "4" == value_of(world, "revenue", "A", "2020-06")


def test_line_is_credited_by_the_association_of_its_own_month() -> None:
    """A until May, B from June: no credit is retroactive, none is kept."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": """
                partner_id | subscription_id | start_date | end_date
                A          | s               | 2020-01-01 | 2020-05-31
                B          | s               | 2020-06-01 |
            """,
            "billing_lines": """
                billing_month | subscription_id | amount
                2020-05       | s               | 1
                2020-06       | s               | 20
            """,
        }
    )

    assert "1" == value_of(world, "revenue", "A", "2020-12")
    assert "20" == value_of(world, "revenue", "B", "2020-12")


def test_filter_selects_lines_by_product_workload_and_customer_country() -> None:
    """A product matches a workload filter when it has one of the workloads."""
    world = world_from_text(
        {
            "products": "product_id | workloads\np1 | W1;W2\np2 | W2\np3 | W3",
            "customers": "customer_id | country\nc1 | US\nc2 | DE",
            "subscriptions": """
                subscription_id | customer_id | product_id
                s1              | c1          | p1
                s2              | c1          | p2
                s3              | c2          | p3
            """,
            "associations": "partner_id | subscription_id\nA|s1\nA|s2\nA|s3",
            "billing_lines": """
                billing_month | subscription_id | amount
                2020-06       | s1              | 1
                2020-06       | s2              | 10
                2020-06       | s3              | 100
            """,
        }
    )

    def revenue(**selected: list[str]) -> str | None:
        return value_of(world, "revenue", "A", "2020-06", **selected)

    assert "111" == revenue()
    assert "11" == revenue(workloads=["W2"])
    assert "101" == revenue(workloads=["W1", "W3"])
    assert "1" == revenue(products=["p1", "p3"], workloads=["W2"])
    assert "100" == revenue(countries=["DE"])
    assert "0" == revenue(countries=["DE"], products=["p1"])


def test_rise_goes_to_this_months_partners_and_fall_to_last_months() -> None:
    """Seats 5, 8, 2 in March, April, May; A until April, B from May: A +3 -6, B nothing."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "seats": """
                month            | subscription_id | sold_seats
                2020-03          | s               | 5
                2020-04          | s               | 8
                2020-05..2020-12 | s               | 2
            """,
            "associations": """
                partner_id | subscription_id | start_date | end_date
                A          | s               | 2020-01-01 | 2020-04-30
                B          | s               | 2020-05-01 |
            """,
        }
    )

    assert "-3" == value_of(world, "net_seat_adds", "A", "2020-12")
    assert "0" == value_of(world, "net_seat_adds", "B", "2020-12")


def test_suspended_month_is_a_fall_and_a_rise() -> None:
    """Seats count while paid: 5, suspended, 6 is -5 +6."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "seats": """
                month   | subscription_id | state     | sold_seats
                2020-03 | s               | active    | 5
                2020-04 | s               | suspended | 5
                2020-05 | s               | in_grace  | 6
            """,
            "associations": ASSOCIATED,
        }
    )

    assert "-5" == value_of(world, "net_seat_adds", "A", "2020-04")
    assert "1" == value_of(world, "net_seat_adds", "A", "2020-05")
