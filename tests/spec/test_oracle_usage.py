"""Users, users per assigned seat, instances and survey: customers credited in each month."""

import pytest

from oracle import World, value_of, values, world_from_text

ONE_CUSTOMER = {
    "subscriptions": "subscription_id | customer_id\ns | c",
    "associations": "partner_id | subscription_id\nA | s",
    "seats": "month | subscription_id | sold_seats\n2020-01..2020-12 | s | 1",
}


def exact(world: World, metric: str, month: str) -> tuple[str | None, str | None, str | None]:
    """Return value, numerator and denominator of partner A."""
    row = next(row for row in values(world, metric, month) if row["partner_id"] == "A")
    return row["value"], row["numerator"], row["denominator"]


def test_user_counts_once_in_twelve_months_and_once_per_customer() -> None:
    """u1 at c in two months and at d: two users; an unintentional action makes none."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c\nt | d",
            "associations": "partner_id | subscription_id\nA | s\nA | t",
            "seats": """
                month            | subscription_id | sold_seats
                2020-01..2020-12 | s               | 1
                2020-01..2020-12 | t               | 1
            """,
            "activity": """
                date       | customer_id | user_id | intentional
                2020-02-01 | c           | u1      | true
                2020-02-01 | c           | u1      | true
                2020-03-01 | c           | u1      | true
                2020-03-01 | d           | u1      | true
                2020-03-01 | d           | u2      | false
            """,
        }
    )

    assert ("0.166667", "2", "12") == exact(world, "mau", "2020-12")


def test_user_counts_only_in_months_with_customer_credit() -> None:
    """A is associated in April only; seats are missing in June."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": """
                partner_id | subscription_id | start_date | end_date
                A          | s               | 2020-04-30 | 2020-06-30
            """,
            "seats": """
                month            | subscription_id | sold_seats
                2020-01..2020-05 | s               | 1
            """,
            "activity": """
                date       | customer_id | user_id
                2020-03-31 | c           | march
                2020-04-01 | c           | april
                2020-05-31 | c           | may
                2020-06-01 | c           | june
            """,
        }
    )

    assert ("0.166667", "2", "12") == exact(world, "mau", "2020-12")


def test_customer_credit_spreads_to_everything_the_customer_uses() -> None:
    """A sold p1; the customer's use of p2, bought elsewhere, counts for A too."""
    world = world_from_text(
        {
            "products": "product_id | workloads\np1 | W1\np2 | W2;W3",
            "subscriptions": """
                subscription_id | customer_id | product_id
                s               | c           | p1
                t               | c           | p2
            """,
            "associations": "partner_id | subscription_id\nA | s",
            "seats": """
                month            | subscription_id | sold_seats | assigned_seats
                2020-01..2020-12 | s               | 1          | 1
                2020-01..2020-12 | t               | 5          | 4
            """,
            "activity": """
                date       | customer_id | user_id | product_id | workload
                2020-02-01 | c           | u1      | p1         | W1
                2020-02-01 | c           | u2      | p2         | W2
                2020-02-01 | c           | u3      | p2         | W3
            """,
        }
    )

    assert ("0.25", "3", "12") == exact(world, "mau", "2020-12")
    assert ("0.05", "3", "60") == exact(world, "mau_per_assigned_seat", "2020-12")
    assert "0.166667" == value_of(world, "mau", "A", "2020-12", products=["p2"])
    assert "0.083333" == value_of(world, "mau", "A", "2020-12", workloads=["W3"])
    assert "0" == value_of(world, "mau", "A", "2020-12", products=["p1"], workloads=["W3"])
    # W3 leaves one user, and all four seats of p2: 1 / (12 x 4)
    per_seat = value_of(world, "mau_per_assigned_seat", "A", "2020-12", workloads=["W3"])
    assert "0.020833" == per_seat


def test_mean_of_monthly_counts_counts_a_user_in_each_month() -> None:
    """u1 in two months, u2 in one: three user-months over twelve."""
    activity = """
        date       | customer_id | user_id
        2020-02-01 | c           | u1
        2020-02-29 | c           | u1
        2020-03-01 | c           | u1
        2020-03-01 | c           | u2
    """
    world = world_from_text(ONE_CUSTOMER | {"activity": activity}, mau_method="mean_monthly_distinct")

    assert ("0.25", "3", "12") == exact(world, "mau", "2020-12")


def test_feed_of_monthly_counts_is_summed_over_credited_months() -> None:
    """7 + 3 in February and 30 in the uncredited month 2021-01: 10 / 12."""
    counts = """
        month   | customer_id | product_id | active_users
        2020-02 | c           | p          | 7
        2020-02 | c           | q          | 3
        2021-01 | c           | p          | 30
    """
    world = world_from_text(ONE_CUSTOMER | {"activity_monthly": counts}, mau_method="mean_monthly_distinct")

    assert ("0.833333", "10", "12") == exact(world, "mau", "2021-01")
    assert "0.583333" == value_of(world, "mau", "A", "2021-01", products=["p"])


def test_assigned_seats_are_of_all_licences_active_or_in_grace() -> None:
    """Of 1 + 2 + 4 + 8 assigned seats the suspended 8 do not count: 1 / (12 x 7)."""
    world = world_from_text(
        {
            "subscriptions": """
                subscription_id | customer_id | licence_type
                s1              | c           | paid
                s2              | c           | trial
                s3              | c           | internal
                s4              | c           | paid
            """,
            "associations": "partner_id | subscription_id\nA | s1",
            "seats": """
                month   | subscription_id | state     | sold_seats | assigned_seats
                2020-12 | s1              | active    | 1          | 1
                2020-12 | s2              | active    | 2          | 2
                2020-12 | s3              | in_grace  | 4          | 4
                2020-12 | s4              | suspended | 8          | 8
            """,
            "activity": "date | customer_id | user_id\n2020-12-31 | c | u",
        }
    )

    assert ("0.011905", "1", "84") == exact(world, "mau_per_assigned_seat", "2020-12")


def test_without_assigned_seats_the_ratio_is_null_with_its_reason() -> None:
    """No assigned seats at the end of the month: no value, numerator or denominator."""
    activity = "date | customer_id | user_id\n2020-12-31 | c | u"
    world = world_from_text(ONE_CUSTOMER | {"activity": activity})

    assert (None, None, None) == exact(world, "mau_per_assigned_seat", "2020-12")


SCORES = """
    scores          | value      | numerator | denominator
    9, 10           | 100        | 200       | 2
    7, 8            | 0          | 0         | 2
    0, 6            | -100       | -200      | 2
    9, 7, 6         | 0          | 0         | 3
    9, 7, 7         | 33.333333  | 100       | 3
    10, 9, 8        | 66.666667  | 200       | 3
    6, 7, 7         | -33.333333 | -100      | 3
    6, 6, 8         | -66.666667 | -200      | 3
    6, 9, 9, 9      | 50         | 200       | 4
"""

SCORE_CASES = [[cell.strip() for cell in line.split("|")] for line in SCORES.strip().splitlines()[1:]]


@pytest.mark.parametrize(("scores", "value", "numerator", "denominator"), SCORE_CASES)
def test_nps_is_promoters_less_detractors_per_response(
    scores: str, value: str, numerator: str, denominator: str
) -> None:
    """9-10, 7-8, 0-6; rounded to six decimals, a half away from zero."""
    rows = "\n".join(f"2020-06-30 | c | {score}" for score in scores.split(", "))
    responses = "responded_on | customer_id | score\n" + rows
    world = world_from_text(ONE_CUSTOMER | {"survey_responses": responses})

    assert (value, numerator, denominator) == exact(world, "nps", "2020-12")


def test_nps_without_responses_is_null() -> None:
    """A response of a customer not credited in its month is none."""
    responses = "responded_on | customer_id | score\n2019-12-31 | c | 9"
    world = world_from_text(ONE_CUSTOMER | {"survey_responses": responses})

    assert (None, None, None) == exact(world, "nps", "2019-12")


INSTANCES = """
    kind       | deployed_on | retired_on | counts
    production | 2020-06-30  |            | yes
    production | 2020-07-01  |            | no
    production | 2015-01-01  | 2020-07-01 | yes
    production | 2015-01-01  | 2020-06-30 | no
    production | 2020-06-30  | 2020-06-30 | no
    sandbox    | 2015-01-01  |            | no
"""

INSTANCE_CASES = [[cell.strip() for cell in line.split("|")] for line in INSTANCES.strip().splitlines()[1:]]


@pytest.mark.parametrize(("kind", "deployed_on", "retired_on", "counts"), INSTANCE_CASES)
def test_instance_counts_from_its_deployment_until_its_retirement(
    kind: str, deployed_on: str, retired_on: str, counts: str
) -> None:
    """Asked at the end of 2020-06."""
    instances = f"""
        customer_id | kind   | deployed_on   | retired_on
        c           | {kind} | {deployed_on} | {retired_on}
    """
    world = world_from_text(ONE_CUSTOMER | {"instances": instances})

    expected = "1" if counts == "yes" else "0"
    assert expected == value_of(world, "production_instances", "A", "2020-06")


def test_instance_counts_at_customers_credited_for_usage_at_the_months_end() -> None:
    """Under pci-2020 the OSU holder has the instance, the OSA holder has the revenue only."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": """
                partner_id | subscription_id | type | claim
                S          | s               | CPOR | OSA
                U          | s               | CPOR | OSU
            """,
            "seats": "month | subscription_id | sold_seats\n2020-06 | s | 1",
            "instances": "customer_id | deployed_on\nc | 2020-01-01",
        },
        contribution_policy="pci-2020",
    )

    assert "1" == value_of(world, "production_instances", "U", "2020-06")
    assert "0" == value_of(world, "production_instances", "S", "2020-06")
    assert "0" == value_of(world, "production_instances", "U", "2020-07")
