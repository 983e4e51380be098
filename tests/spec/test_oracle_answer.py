"""The shape of an answer: fields, trend, series, filters, benchmark for operator and partner."""

from typing import Any

import pytest

from oracle import (
    METRICS,
    World,
    all_answers,
    all_values,
    answer,
    value_of,
    values,
    world_from_text,
)

MONTH = "2020-12"


@pytest.fixture
def four() -> World:
    """Four partners, each with its own customer, and revenue 1010, 2020, 3030, 4040."""
    return world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns1|c1\ns2|c2\ns3|c3\ns4|c4",
            "associations": "partner_id | subscription_id\nA|s1\nB|s2\nC|s3\nD|s4",
            "seats": """
                month            | subscription_id | sold_seats
                2020-01..2020-12 | s1              | 1
                2020-01..2020-12 | s2              | 1
                2020-01..2020-12 | s3              | 1
                2020-01..2020-12 | s4              | 1
            """,
            "billing_lines": """
                billing_month | subscription_id | amount
                2020-03       | s1              | 1000
                2020-12       | s1              | 10
                2020-06       | s2              | 2020
                2020-06       | s3              | 3030
                2019-12       | s4              | 60
                2020-06       | s4              | 4040
            """,
            "survey_responses": "responded_on | customer_id | score\n2020-06-01 | c1 | 9",
        },
        k=1,
    )


def metric_of(found: dict[str, Any], metric: str) -> dict[str, Any]:
    """Return one metric of an answer."""
    [one] = [each for each in found["metrics"] if each["id"] == metric]
    return dict(one)


def test_answer_has_the_fields_of_show(four: World) -> None:
    """The eight metrics in the order of the page; filters sorted."""
    found = answer(four, "A", MONTH, workloads=["W2", "W1"], countries=["US"])

    assert ["partner", "month", "filters", "metrics"] == list(found)
    assert {"products": [], "workloads": ["W1", "W2"], "countries": ["US"]} == found["filters"]
    assert list(METRICS) == [metric["id"] for metric in found["metrics"]]


def test_metric_is_whole(four: World) -> None:
    """Revenue of A: 1010 in 2020, 1000 until November; the least of four peers."""
    revenue = metric_of(answer(four, "A", MONTH), "revenue")
    series = revenue.pop("series")

    assert {
        "id": "revenue",
        "value": "1010",
        "numerator": "1010",
        "denominator": None,
        "unit": "USD",
        "reason": None,
        "flags": [],
        "trend": {"direction": "up", "difference": "10"},
        "benchmark": {
            "band": 1,
            "peers": 4,
            "ranges": [
                {"band": 1, "min": "1010", "max": "1010", "partners": 1},
                {"band": 2, "min": "2020", "max": "2020", "partners": 1},
                {"band": 3, "min": "3030", "max": "3030", "partners": 1},
                {"band": 4, "min": "4040", "max": "4040", "partners": 1},
            ],
            "to_next_band": "1010.01",
            "withheld": None,
        },
        "method": "sum_12_months",
    } == revenue
    assert {"month": "2020-01", "value": "0"} == series[0]
    assert {"month": "2020-03", "value": "1000"} == series[2]
    assert {"month": "2020-12", "value": "1010"} == series[11]
    assert 12 == len(series)


def test_partner_sees_ranges_rounded_outward(four: World) -> None:
    """Two significant digits, also of the value to reach; the partner's own value stays exact."""
    revenue = metric_of(answer(four, "A", MONTH, viewer="partner"), "revenue")

    assert "1010" == revenue["value"]
    assert {"band": 2, "min": "2000", "max": "2100", "partners": 1} == (revenue["benchmark"]["ranges"][1])
    # 1010 + 1010.01 are 2020.01, rounded up 2100, which is 1090 away.
    assert "1090" == revenue["benchmark"]["to_next_band"]


def test_trend_falls_when_a_month_leaves_the_window(four: World) -> None:
    """60 of 2019-12 leave D's window in December; B stays as it was."""
    assert {"direction": "down", "difference": "-60"} == (metric_of(answer(four, "D", MONTH), "revenue")["trend"])
    assert {"direction": "none", "difference": "0"} == (metric_of(answer(four, "B", MONTH), "revenue")["trend"])


def test_null_ratio_has_a_reason_and_neither_trend_nor_band(four: World) -> None:
    """A has one response, the others none: one peer, so the benchmark is withheld."""
    nps = metric_of(answer(four, "B", MONTH), "nps")
    per_seat = metric_of(answer(four, "B", MONTH), "mau_per_assigned_seat")

    assert (None, "no_responses") == (nps["value"], nps["reason"])
    assert (None, "no_assigned_seats") == (per_seat["value"], per_seat["reason"])
    assert {"direction": "none", "difference": None} == nps["trend"]
    assert 12 * [None] == [each["value"] for each in nps["series"]]
    assert {
        "band": None,
        "peers": 1,
        "ranges": [],
        "to_next_band": None,
        "withheld": "too_few_partners",
    } == nps["benchmark"]


def test_trend_has_no_direction_when_one_of_two_values_is_null() -> None:
    """Null in 2019-12 and 100 in 2020-01; then equal in 2020-02."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": "partner_id | subscription_id\nA | s",
            "seats": "month | subscription_id | sold_seats\n2020-01 | s | 1",
            "survey_responses": "responded_on | customer_id | score\n2020-01-31 | c | 10",
        }
    )

    assert {"direction": "none", "difference": None} == (metric_of(answer(world, "A", "2020-01"), "nps")["trend"])
    assert {"direction": "none", "difference": "0"} == (metric_of(answer(world, "A", "2020-02"), "nps")["trend"])


def test_difference_is_rounded_from_the_exact_fractions() -> None:
    """2/12 - 1/12 is 0.083333; from the rounded 0.166667 and 0.083333 it would be 0.083334."""
    world = world_from_text(
        {
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": "partner_id | subscription_id\nA | s",
            "seats": "month | subscription_id | sold_seats\n2020-01..2020-02 | s | 1",
            "activity": """
                date       | customer_id | user_id
                2020-01-31 | c           | u1
                2020-02-01 | c           | u2
            """,
        }
    )
    mau = metric_of(answer(world, "A", "2020-02"), "mau")

    assert "0.166667" == mau["value"]
    assert {"direction": "up", "difference": "0.083333"} == mau["trend"]


def test_partner_outside_the_cohort_sees_ranges_without_a_band() -> None:
    """E has certified people but no credit: its values exist, its band does not."""
    world = world_from_text(
        {
            "partners": "partner_id | parent_partner_id\nE |\nL | A",
            "subscriptions": "subscription_id | customer_id\ns | c",
            "associations": "partner_id | subscription_id\nA|s\nB|s\nC|s\nD|s\nL|s",
            "seats": "month | subscription_id | sold_seats\n2020-12 | s | 1",
            "exam_passes": "person_id | partner_id | exam | passed_on\np | E | MB-300 | 2020-01-01",
        },
        k=1,
    )
    people = metric_of(answer(world, "E", MONTH), "certified_people")
    rows = {row["partner_id"]: row for row in values(world, "certified_people", MONTH)}

    assert "1" == people["value"]
    assert [{"band": 1, "min": "0", "max": "0", "partners": 4}] == people["benchmark"]["ranges"]
    assert (None, None) == (people["benchmark"]["band"], people["benchmark"]["to_next_band"])
    assert {"A": 1, "B": 1, "C": 1, "D": 1, "E": None, "L": None} == {name: row["band"] for name, row in rows.items()}
    assert ["A", "B", "C", "D"] == [name for name, row in rows.items() if row["in_cohort"]]


def test_values_lists_every_partner_sorted(four: World) -> None:
    """The columns of `values`, one row per partner."""
    rows = values(four, "revenue", MONTH)

    assert ["A", "B", "C", "D"] == [row["partner_id"] for row in rows]
    assert {
        "partner_id": "B",
        "value": "2020",
        "numerator": "2020",
        "denominator": None,
        "band": 2,
        "in_cohort": True,
        "flags": [],
    } == rows[1]


def test_questions_about_all_agree_with_questions_about_one(four: World) -> None:
    """`all_values` and `all_answers` are the same questions asked together."""
    everything = all_values(four, MONTH, products=["p"])

    assert list(METRICS) == list(everything)
    for metric in METRICS:
        assert values(four, metric, MONTH, products=["p"]) == everything[metric]
    assert answer(four, "C", MONTH) == all_answers(four, MONTH)["C"]
    assert value_of(four, "revenue", "C", MONTH) == "3030"


def test_unit_and_method_name_what_a_number_is(four: World) -> None:
    """Units and methods of the eight metrics."""
    found = answer(four, "A", MONTH)["metrics"]

    assert {
        "revenue": ("USD", "sum_12_months"),
        "new_customers": ("customers", "sum_12_months"),
        "net_seat_adds": ("seats", "sum_12_months"),
        "certified_people": ("people", "snapshot"),
        "production_instances": ("instances", "snapshot"),
        "mau": ("users", "ttm_distinct_over_12"),
        "mau_per_assigned_seat": ("ratio", "ttm_distinct_over_12"),
        "nps": ("points", "ratio_12_months"),
    } == {metric["id"]: (metric["unit"], metric["method"]) for metric in found}
