"""Rows that refer to what is not there yet, and parents of partners."""

from itertools import permutations
from typing import Any

import pytest
from ingest_workspace import BASE

SEATS = "month,subscription_id,state,sold_seats,assigned_seats\n"
LINES = "invoice_id,line_id,billing_month,subscription_id,amount,currency\n"
PARTNERS = "partner_id,name,country,parent_partner_id\n"


def balances(workspace: Any) -> dict[int, list[tuple[str, int, int, int, int, int]]]:
    """Return what each load's balance is now."""
    return {
        load.id: [(b.table, b.rows_in, b.loaded, b.duplicate, b.replaced, b.quarantined) for b in load.balances]
        for load in workspace.store.loads()
    }


def test_rows_are_released_when_their_references_arrive(workspace: Any) -> None:
    """Seats wait for their subscription, which waits for its product; one load releases both."""
    workspace.load("seats.csv", SEATS + "2025-01,S1,active,5,1\n2025-01,S9,active,5,1\n")
    workspace.load("subscriptions.csv", BASE["subscriptions"])
    workspace.load("customers.csv", BASE["customers"])
    waiting = [(entry.table, entry.column, entry.value) for entry in workspace.quarantine()]

    report = workspace.load("products.csv", BASE["products"])

    assert waiting == [
        ("seats", "subscription_id", "S1"),
        ("seats", "subscription_id", "S9"),
        ("subscriptions", "customer_id", "C1"),
        ("subscriptions", "product_id", "P1"),
        ("subscriptions", "customer_id", "C2"),
        ("subscriptions", "product_id", "P2"),
    ]
    assert report.released == {"subscriptions": 2, "seats": 1}
    assert [(touch.table, str(touch.first)) for touch in report.touched] == [("seats", "2025-01")]
    assert balances(workspace) == {
        1: [("seats", 2, 1, 0, 0, 1)],
        2: [("subscriptions", 2, 2, 0, 0, 0)],
        3: [("customers", 2, 2, 0, 0, 0)],
        4: [("products", 2, 2, 0, 0, 0)],
    }
    (left,) = workspace.quarantine()
    assert (left.problem, left.remedy) == (
        "subscription_id 'S9' is not known",
        "load the file of subscriptions that names it; the row is then taken up by itself",
    )
    assert {entry.released_by for entry in workspace.store.quarantine(released=True)} == {None, report.load}


def test_line_waits_for_its_exchange_rate(filled: Any) -> None:
    """A line in another currency waits for the rate of its own month, and is never read as 1 to 1."""
    first = filled.load("billing_lines.csv", LINES + "I,1,2025-01,S1,10,EUR\nI,2,2025-01,S1,10,USD\n")
    filled.load("exchange_rates.csv", "month,currency,rate\n2025-02,EUR,1.1\n")
    waiting = filled.rejected()

    report = filled.load("exchange_rates.csv", "month,currency,rate\n2025-01,EUR,1.1\n")

    assert waiting == [(2, "currency", "no_exchange_rate")]
    assert report.released == {"billing_lines": 1}
    assert balances(filled)[first.load] == [("billing_lines", 2, 2, 0, 0, 0)]
    assert [row[1] for row in filled.facts("billing_lines")] == ["1", "2"]


def test_waiting_row_does_not_overwrite_a_later_one(filled: Any) -> None:
    """When a waiting row fits at last, a later row of its key keeps its place, also in a rewritten file."""
    filled.load("billing_lines.csv", LINES + "I,1,2025-01,S1,8,USD\nI,2,2025-01,S1,8,USD\n")
    waiting = filled.load("billing_lines.csv", LINES + "I,1,2025-01,S1,9,EUR\nI,2,2025-01,S1,9,EUR\n")
    filled.load("billing_lines.csv", LINES + "I,2,2025-01,S1,10,USD\n")

    filled.load("exchange_rates.csv", "month,currency,rate\n2025-01,EUR,1.1\n")

    assert [(row[1], str(row[4]), row[5]) for row in filled.facts("billing_lines")] == [
        ("1", "9.000000", "EUR"),
        ("2", "10.000000", "USD"),
    ]
    assert balances(filled)[waiting.load] == [("billing_lines", 2, 0, 0, 2, 0)]


def test_latest_of_several_waiting_rows_holds(workspace: Any) -> None:
    """Of several waiting rows with one key the latest load's is taken."""
    workspace.load("seats.csv", SEATS + "2025-01,S1,active,5,1\n")
    workspace.load("seats.csv", SEATS + "2025-01,S1,active,6,1\n")
    workspace.load("seats.csv", SEATS + "2025-01,S1,active,6,1\n2025-02,S1,active,6,1\n")
    for table in ("customers", "products", "subscriptions"):
        report = workspace.load(f"{table}.csv", BASE[table])

    assert report.released == {"seats": 4}
    assert [(row[0] - 2025 * 12 + 1, row[3]) for row in workspace.facts("seats")] == [(1, 6), (2, 6)]
    found = balances(workspace)
    assert [found[load] for load in (1, 2, 3)] == [
        [("seats", 1, 0, 0, 1, 0)],
        [("seats", 1, 0, 1, 0, 0)],
        [("seats", 2, 2, 0, 0, 0)],
    ]


def test_waiting_activity_is_released_as_a_set(workspace: Any) -> None:
    """Waiting activity of several loads that is the same counts once."""
    head = "date,customer_id,user_id,product_id,workload,intentional\n"
    workspace.load("activity.csv", head + "2025-01-05T10:00:00Z,C1,u,P1,Sales,true\n" * 2)
    workspace.load("activity.csv", head + "2025-01-05,C1,u,P1,Sales,TRUE\n2025-01-06,C1,u,P1,Sales,true\n")
    workspace.load("customers.csv", BASE["customers"])
    report = workspace.load("products.csv", BASE["products"])

    assert report.released == {"activity": 4}
    assert len(workspace.facts("activity")) == 2
    assert [balances(workspace)[load] for load in (1, 2)] == [
        [("activity", 2, 0, 2, 0, 0)],
        [("activity", 2, 2, 0, 0, 0)],
    ]


ROWS = ["R,Root,US,", "L1,One,US,R", "L2,Two,US,R", "X,Nested,US,L1", "M,Missing,US,Q"]


@pytest.mark.parametrize("order", list(permutations(range(5)))[::23])
def test_parents_may_stand_in_any_order(workspace: Any, order: tuple[int, ...]) -> None:
    """Parents may follow their locations; a location of a location and an unknown parent are rejected."""
    report = workspace.load("partners.csv", PARTNERS + "\n".join(ROWS[place] for place in order) + "\n")

    assert workspace.balance(report) == (5, 3, 0, 0, 2)
    assert {(entry.value, entry.rule) for entry in workspace.quarantine()} == {
        ("L1", "nested_parent"),
        ("Q", "unknown_reference"),
    }
    assert [row[0] for row in workspace.facts("partners") if row[3] == "R"] == ["L1", "L2"]


def test_account_with_locations_gets_no_parent(workspace: Any) -> None:
    """A partner that has locations cannot become a location, unless they leave it in the same file."""
    workspace.load("partners.csv", PARTNERS + "R,Root,US,\nL,One,US,R\nT,Top,US,\n")
    refused = workspace.load("partners.csv", PARTNERS + "R,Root,US,T\n")
    moved = workspace.load("partners.csv", PARTNERS + "R,Root,US,T\nL,One,US,T\n")

    assert workspace.balance(refused) == (1, 0, 0, 0, 1)
    assert workspace.rejected() == [(2, "parent_partner_id", "nested_parent")]
    assert workspace.balance(moved) == (2, 0, 0, 2, 0)


def test_ring_of_parents_is_rejected(workspace: Any) -> None:
    """Partners that are each other's parents are all rejected."""
    report = workspace.load("partners.csv", PARTNERS + "R,Root,US,S\nS,Second,US,R\n")

    assert workspace.balance(report) == (2, 0, 0, 0, 2)


def test_partner_waits_for_its_parent(workspace: Any) -> None:
    """A location is released when its account is loaded."""
    workspace.load("partners.csv", PARTNERS + "L,One,US,R\n")
    report = workspace.load("partners.csv", PARTNERS + "R,Root,US,\n")

    assert report.released == {"partners": 1}
    assert [(row[0], row[3]) for row in workspace.facts("partners")] == [("L", "R"), ("R", None)]
