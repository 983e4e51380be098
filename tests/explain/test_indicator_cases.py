"""
Indicators on a program small enough to work each row of them by hand.

The scorecard is smb-pci-2021 (credit policy pci-2020, all losses charged, tenants of 5 users) and the data month
2021-06, so the window is 2020-07 .. 2021-06 and the month a year before 2020-06. Facts begin in 2020-05.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from explain.explaining import Published, published
from oracle import world_from_text

FACTS = {
    "partners": """
        partner_id | name  | country
        seller     | S     | US
    """,
    "products": """
        product_id | name  | family              | workloads
        sales      | Sales | Customer Engagement | Customer Engagement
        mail       | Mail  | Other               | Other
    """,
    "customers": """
        customer_id | name  | country
        kept        | Kept  | US
        come        | Come  | US
        gone        | Gone  | US
    """,
    "subscriptions": """
        subscription_id | customer_id | product_id | licence_type | channel
        kept-1          | kept        | sales      | paid         | CSP
        kept-2          | kept        | mail       | paid         | CSP
        come-1          | come        | sales      | paid         | CSP
        gone-1          | gone        | sales      | paid         | CSP
    """,
    "seats": """
        month            | subscription_id | sold_seats | assigned_seats | state
        2020-05..2021-06 | kept-1          | 9          | 9              | active
        2020-05..2021-06 | kept-2          | 9          | 9              | active
        2020-07..2021-06 | come-1          | 2          | 2              | active
        2020-05..2021-05 | gone-1          | 4          | 4              | active
    """,
    "associations": """
        partner_id | subscription_id | type | start_date
        seller     | kept-1          | CSP  | 2019-01-01
        seller     | kept-2          | CSP  | 2019-01-01
        seller     | come-1          | CSP  | 2019-01-01
        seller     | gone-1          | CSP  | 2019-01-01
    """,
    "billing_lines": """
        line_id | billing_month | subscription_id | amount | currency
        early   | 2020-06       | kept-1          | 1      | USD
        first   | 2020-07       | kept-1          | 20     | USD
        last    | 2021-06       | kept-1          | 300    | USD
        mail    | 2021-06       | kept-2          | 4000   | USD
    """,
    "activity": """
        date       | customer_id | user_id | product_id | workload            | intentional
        2020-06-30 | kept        | ann     | sales      | Customer Engagement | true
        2020-07-01 | kept        | bob     | sales      | Customer Engagement | true
        2021-06-01 | kept        | ann     | sales      | Customer Engagement | true
        2021-06-30 | kept        | cid     | sales      | Customer Engagement | true
        2021-06-30 | kept        | dan     | sales      | Customer Engagement | false
        2021-06-30 | kept        | eve     | mail       | Other               | true
    """,
    "exam_passes": """
        person_id | partner_id | location_country | exam   | passed_on  | expires_on
        ann       | seller     | US               | PL-200 | 2021-06-30 |
        ann       | seller     | US               | MB-210 | 2021-01-01 | 2021-09-30
        bob       | seller     | US               | PL-200 | 2021-01-01 |
        cid       | seller     | US               | MB-800 | 2021-01-01 | 2021-06-30
        dan       | seller     | US               | AZ-900 | 2021-01-01 |
        eve       | seller     | US               | MB-800 | 2021-07-01 |
    """,
}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The program, with 2021-06 published."""
    home: Path = tmp_path_factory.mktemp("cases")
    with published(world_from_text(FACTS), home, "2021-06") as found:
        yield found


def told(there: Published, indicator: str, *names: str, side: str = "numerator") -> list[tuple[Any, ...]]:
    """Return reason, some columns and the amount of each row of a side, sorted."""
    with there.workspace.explain("seller", indicator, scorecard="smb-pci-2021") as found:
        rows = [vars(row) for row in found.rows(limit=1000) if row.side == side]
    return sorted((row["reason"], *(row[name] for name in names), row["amount"]) for row in rows)


def leaves(there: Published, indicator: str) -> list[tuple[Any, ...]]:
    """Return month, change, side, cause and difference of what leaves and comes."""
    with there.workspace.explain("seller", indicator, scorecard="smb-pci-2021", leaving=True) as found:
        return [(row.leaves_in, row.change, row.side, row.cause, row.difference) for row in found.leaving(limit=1000)]


def test_revenue_counts_from_fence_post_to_fence_post(there: Published) -> None:
    """320 of the window; the month before it is told, and the product that is on no list."""
    assert told(there, "net_new_revenue", "month") == [
        ("billed", "2020-07", "20"),
        ("billed", "2021-06", "300"),
        ("not_qualifying_product", "2021-06", "4000"),
        ("outside_window", "2020-06", "1"),
    ]
    assert leaves(there, "net_new_revenue") == [
        ("2021-07", "leaves", "numerator", "window", "-20"),
        ("2022-06", "leaves", "numerator", "window", "-300"),
    ]


def test_customer_adds_are_less_by_losses(there: Published) -> None:
    """Come is an add of the first month, Gone a loss of the last: 1 - 1."""
    counted = [row for row in told(there, "net_customer_adds", "customer_id", "month") if row[0] in {"added", "lost"}]

    assert counted == [("added", "come", "2020-07", "1"), ("lost", "gone", "2021-06", "-1")]
    assert leaves(there, "net_customer_adds") == [
        ("2021-07", "leaves", "numerator", "window", "-1"),
        ("2022-06", "leaves", "numerator", "window", "1"),
    ]


def test_people_need_all_exams_of_a_way(there: Published) -> None:
    """Ann has both since the last day, until MB-210 expires; the others lack one, or have none that counts."""
    assert told(there, "functional_consultants", "item", "leaves_in") == [
        ("certified", "ann", "2021-09", "1"),
        ("exam_expired", "cid", None, "1"),
        ("exam_missing", "bob", None, "1"),
        ("exam_not_in_rule", "dan", None, "1"),
    ]
    assert leaves(there, "functional_consultants") == [("2021-09", "leaves", "numerator", "exam_expired", "-1")]


def test_growth_takes_away_the_month_a_year_before(there: Published) -> None:
    """Two users now, one then; July 2020 has one user too, August none."""
    assert told(there, "mau_growth", "month", "item") == [
        ("active_user", "2021-06", "ann", "1"),
        ("active_user", "2021-06", "cid", "1"),
        ("not_intentional", "2021-06", None, "1"),
        ("not_qualifying_product", "2021-06", None, "1"),
        ("year_before", "2020-06", "ann", "-1"),
    ]
    assert told(there, "mau_growth", "month", "item", side="baseline") == [("active_user", "2020-06", "ann", "1")]
    baseline = [row for row in leaves(there, "mau_growth") if row[2] == "baseline"]
    assert baseline == [
        ("2021-07", "leaves", "baseline", "base_month", "-1"),
        ("2021-07", "comes", "baseline", "base_month", "1"),
        ("2021-08", "leaves", "baseline", "base_month", "-1"),
        ("2022-06", "comes", "baseline", "base_month", "2"),
    ]


def test_baseline_below_the_minimum_is_said_above_the_rows(there: Published) -> None:
    """The rows add up all the same; the indicator earns nothing for them."""
    with there.workspace.explain("seller", "mau_growth", scorecard="smb-pci-2021") as found:
        assert found.heading.indicator is not None
        assert (found.heading.indicator.reason, found.heading.baseline) == ("baseline_too_low", "1")
        assert found.ties_out
