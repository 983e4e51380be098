"""Repeated rows, conflicts, corrections, and what they touch."""

from itertools import permutations
from typing import Any

import duckdb
from ingest_workspace import BASE

from partnerlens.months import Month

SEATS = "month,subscription_id,state,sold_seats,assigned_seats\n"
LINES = "invoice_id,line_id,billing_month,subscription_id,amount,currency\n"
LINKS = "partner_id,subscription_id,type,claim,start_date,end_date\n"


def touched(report: Any) -> list[tuple[str, str, str | None]]:
    """Return the touched ranges of a report as texts; months from the beginning of time are told as 'ever'."""
    return [
        (touch.table, "ever" if touch.first.number == 0 else str(touch.first), touch.last and str(touch.last))
        for touch in report.touched
    ]


def seats(workspace: Any, table: str = "seats", as_of_load: int | None = None) -> list[tuple[int, str, int]]:
    """Return month (1 for January 2025), subscription and sold seats."""
    return [(row[0] - 2025 * 12 + 1, row[1], row[3]) for row in workspace.facts(table, as_of_load)]


def test_identical_rows_of_a_file_count_once(filled: Any) -> None:
    """Of several identical rows the first is loaded and the others are duplicates."""
    report = filled.load("seats.csv", SEATS + "2025-01,S1,active,5,1\n2025-01,S1,ACTIVE,5.0,1\n2025-01,S2,active,5,1\n")

    assert filled.balance(report) == (3, 2, 1, 0, 0)
    assert seats(filled) == [(1, "S1", 5), (1, "S2", 5)]


def test_conflicting_rows_are_all_quarantined(filled: Any) -> None:
    """Rows that give one key different contents are all rejected, each naming another line."""
    report = filled.load("seats.csv", SEATS + "2025-01,S1,active,5,1\n2025-01,S2,active,1,1\n2025-01,S1,active,6,1\n")

    assert filled.balance(report) == (3, 1, 0, 0, 2)
    assert [(entry.line, entry.column, entry.problem) for entry in filled.quarantine()] == [
        (2, None, "the file has another row with this key and other content, on line 4"),
        (4, None, "the file has another row with this key and other content, on line 2"),
    ]
    assert filled.store.quarantine(limit=1) == filled.quarantine()[:1]
    assert filled.store.quarantine_count() == filled.store.quarantine_count(report.load) == 2
    assert seats(filled) == [(1, "S2", 1)]


def test_last_row_wins_where_a_mapping_says_so(filled: Any) -> None:
    """With ``on_conflict = "last"`` the last row of a key holds and the earlier ones count as replaced."""
    mapping = filled.mapping(
        '[[table]]\nname = "seats"\non_conflict = "last"\n[table.columns]\nmonth = "m"\nsubscription_id = "s"\n'
        'state = { constant = "active" }\nsold_seats = "n"\nassigned_seats = { constant = "0" }\n'
    )

    report = filled.load("x.csv", "m,s,n\n2025-01,S1,5\n2025-01,S1,6\n2025-01,S1,7\n2025-01,S1,7\n", mapping=mapping)

    assert filled.balance(report) == (4, 1, 1, 2, 0)
    assert seats(filled) == [(1, "S1", 7)]


def test_correction_replaces_the_row_and_keeps_the_past(filled: Any) -> None:
    """A row with the key of an earlier load replaces it; the facts as of that load stay readable."""
    first = filled.load("seats.csv", SEATS + "2025-01,S1,active,5,1\n2025-01,S2,active,5,1\n2025-02,S1,active,5,1\n")
    before = seats(filled)

    second = filled.load("seats.csv", SEATS + "2025-01,S1,active,8,1\n2025-02,S1,active,5,1\n")

    assert filled.balance(second) == (2, 0, 1, 1, 0)
    assert seats(filled) == [(1, "S1", 8), (1, "S2", 5), (2, "S1", 5)]
    assert seats(filled, as_of_load=first.load) == before
    assert seats(filled, as_of_load=second.load) == seats(filled)
    assert touched(second) == [("seats", "2025-01", "2025-01")]
    assert filled.store.snapshot().rows("seats") == 3


def test_corrected_correction_ends_as_the_last_one(filled: Any) -> None:
    """Corrections of corrections end in the last content, each with its own past."""
    for sold in (5, 6, 7):
        filled.load("seats.csv", SEATS + f"2025-01,S1,active,{sold},1\n")

    loads = [load.id for load in filled.store.loads()][-3:]
    assert [seats(filled, as_of_load=load) for load in loads] == [[(1, "S1", sold)] for sold in (5, 6, 7)]


def test_same_file_again_changes_nothing(filled: Any) -> None:
    """The same content loaded again reports every row as a duplicate and leaves no trace."""
    content = SEATS + "2025-01,S1,active,5,1\n2025-13,S1,active,5,1\n"
    first = filled.load("seats.csv", content)
    filled.load("seats.csv", SEATS + "2025-01,S1,active,6,1\n")
    before = (filled.store.loads(), filled.store.quarantine(), filled.all_facts())

    again = filled.load("seats-again.csv", content)

    assert again.already_loaded == first.load
    assert filled.balance(again) == (2, 0, 2, 0, 0)
    assert (filled.store.loads(), filled.store.quarantine(), filled.all_facts()) == before


def test_same_rows_in_another_file_are_duplicates(filled: Any) -> None:
    """Rows that the store holds word for word are duplicates, in every table."""
    files = {
        "seats": SEATS + "2025-01,S1,active,5,1\n",
        "billing_lines": LINES + "I,1,2025-01,S1,10,USD\n",
        "associations": LINKS + "A,S1,DPOR,,2025-01-01,\nA,S1,CPOR,OSA,2025-01-01,2025-02-01\n",
        "activity": "date,customer_id,user_id,product_id,workload,intentional\n2025-01-05,C1,u,P1,Sales,true\n",
        "activity_monthly": "month,customer_id,product_id,workload,active_users\n2025-01,C1,P1,Sales,4\n",
        "exchange_rates": "month,currency,rate\n2025-01,EUR,1.1\n",
        **BASE,
    }
    for table, content in files.items():
        filled.load(f"{table}.csv", content)
    before = filled.all_facts()

    for table, content in files.items():
        report = filled.load(f"{table}.csv", content + "\n")
        rows = content.count("\n") - 1
        assert filled.balance(report) == (rows, 0, rows, 0, 0), table
        assert report.touched == ()

    assert filled.all_facts() == before


def test_order_of_files_does_not_matter(make_workspace: Any) -> None:
    """The same files in any order give the same facts, also when references come after the rows that name them."""
    files = {
        "customers": BASE["customers"],
        "products": BASE["products"],
        "subscriptions": BASE["subscriptions"],
        "seats": SEATS + "2025-01,S1,active,5,1\n2025-01,S2,active,5,1\n2025-02,S9,active,5,1\n",
    }
    found = []
    for order in list(permutations(files))[::6]:
        workspace = make_workspace()
        for table in order:
            workspace.load(f"{table}.csv", files[table])
        found.append((workspace.all_facts(), workspace.quarantine()[0].value, len(workspace.quarantine())))
        workspace.store.close()

    assert all(state == found[0] for state in found)
    assert found[0][1:] == ("S9", 1)


def test_activity_is_a_set(filled: Any) -> None:
    """Repeated activity counts once, in a file and over files, and users belong to one customer."""
    head = "date,customer_id,user_id,product_id,workload,intentional\n"
    row, other = "2025-01-05,C1,u,P1,Sales,true\n", "2025-01-05,C2,u,P1,Sales,true\n"

    first = filled.load("activity.csv", head + row + row + other)
    second = filled.load("activity.csv", head + row + "2025-02-05,C1,u,P1,Anything,true\n")

    assert filled.balance(first) == (3, 2, 1, 0, 0)
    assert filled.balance(second) == (2, 1, 1, 0, 0)
    assert touched(second) == [("activity", "2025-02", "2025-02")]
    assert [(row[1], row[2], row[4]) for row in filled.facts("activity")] == [
        ("C1", "u", "Sales"),
        ("C2", "u", "Sales"),
        ("C1", "u", "Anything"),
    ]
    assert filled.store.snapshot().rows("users") == 2
    assert filled.store.snapshot().rows("workloads") == 2


def test_numbers_never_change(filled: Any) -> None:
    """A row keeps its number when it is corrected, and new rows get the next ones in the order of their ids."""
    filled.load("customers.csv", "customer_id,name,country\nC0,Zero,US\nC2,Corrected,FR\nC3,Three,US\n")

    files = [str(path) for path in filled.store.snapshot().files("customers")]
    numbers = duckdb.sql(f"SELECT customer_id, customer_no FROM read_parquet({files}) ORDER BY 2").fetchall()
    assert numbers == [("C1", 1), ("C2", 2), ("C0", 3), ("C3", 4)]


def test_billing_line_that_moves_touches_both_months(filled: Any) -> None:
    """An invoice line that is corrected into another month touches the old and the new one."""
    first = filled.load("billing_lines.csv", LINES + "I,1,2025-01,S1,10,USD\nI,2,2025-02,S1,1,USD\n")
    second = filled.load("billing_lines.csv", LINES + "I,1,2025-05,S1,10,USD\n")

    assert touched(first) == [("billing_lines", "2025-01", "2025-02")]
    assert touched(second) == [("billing_lines", "2025-01", "2025-01"), ("billing_lines", "2025-05", "2025-05")]
    assert [str(month) for month in filled.store.snapshot().months("billing_lines")] == ["2025-02", "2025-05"]


def test_associations_touch_the_months_they_hold(filled: Any) -> None:
    """A new association touches its months; a corrected end touches the months between the two ends."""
    new = filled.load("associations.csv", LINKS + "A,S1,DPOR,,2025-01-15,2025-03-31\nB,S1,DPOR,,2025-06-01,\n")
    ended = filled.load("associations.csv", LINKS + "B,S1,DPOR,,2025-06-01,2025-09-30\n")
    extended = filled.load("associations.csv", LINKS + "A,S1,DPOR,,2025-01-15,2025-05-01\n")

    assert touched(new) == [("associations", "2025-01", "2025-03"), ("associations", "2025-06", None)]
    assert touched(ended) == [("associations", "2025-09", None)]
    assert touched(extended) == [("associations", "2025-03", "2025-05")]
    assert len(filled.facts("associations")) == 2


def test_claims_are_part_of_the_key(filled: Any) -> None:
    """Associations that differ in the claim alone are different rows; two without claim are one."""
    report = filled.load(
        "associations.csv",
        LINKS + "A,S1,CPOR,OSA,2025-01-01,\nA,S1,CPOR,OSU,2025-01-01,\nA,S1,CPOR,,2025-01-01,\n"
        "A,S1,CPOR,,2025-01-01,2025-02-01\n",
    )

    assert filled.balance(report) == (4, 2, 0, 0, 2)


def test_open_ended_tables_touch_all_later_months(filled: Any) -> None:
    """Instances and exam passes touch every month from their day on; survey responses their own month."""
    reports = [
        filled.load(
            "instances.csv",
            "instance_id,customer_id,product_id,kind,deployed_on\nN,C1,P1,production,2025-04-01\n",
        ),
        filled.load(
            "instances.csv", "instance_id,customer_id,product_id,kind,deployed_on\nN,C1,P1,production,2025-02-01\n"
        ),
        filled.load(
            "exam_passes.csv", "person_id,partner_id,location_country,exam,passed_on\nE,A,US,MB-1,2025-03-31\n"
        ),
        filled.load(
            "survey_responses.csv", "response_id,customer_id,product_id,responded_on,score\nR,C1,P1,2025-03-31,9\n"
        ),
        filled.load(
            "survey_responses.csv", "response_id,customer_id,product_id,responded_on,score\nR,C1,P1,2025-01-31,9\n"
        ),
        filled.load("exchange_rates.csv", "month,currency,rate\n2025-01,EUR,1.1\n2025-02,EUR,1.1\n2025-04,EUR,1.1\n"),
    ]

    assert [touched(report) for report in reports] == [
        [("instances", "2025-04", None)],
        [("instances", "2025-02", None)],
        [("exam_passes", "2025-03", None)],
        [("survey_responses", "2025-03", "2025-03")],
        [("survey_responses", "2025-01", "2025-01"), ("survey_responses", "2025-03", "2025-03")],
        [("exchange_rates", "2025-01", "2025-02"), ("exchange_rates", "2025-04", "2025-04")],
    ]


def test_corrections_of_dimensions_touch_everything_or_nothing(filled: Any) -> None:
    """A new name touches nothing; a new country, parent or subscription term touches every month."""
    head = BASE["subscriptions"].splitlines()[0]
    reports = [
        filled.load("customers.csv", "customer_id,name,country\nC1,Renamed,US\n"),
        filled.load("customers.csv", "customer_id,name,country\nC1,Renamed,GB\n"),
        filled.load("partners.csv", "partner_id,name,country,size\nA,Alpha,US,large\n"),
        filled.load("partners.csv", "partner_id,name,country,parent_partner_id\nB,Beta,DE,A\n"),
        filled.load("subscriptions.csv", head + ",billing_term\nS1,C1,P1,CSP,paid,2025-01-01,monthly\n"),
        filled.load("subscriptions.csv", head + "\nS1,C1,P1,CSP,trial,2025-01-01\n"),
        filled.load("products.csv", "product_id,name,family,workloads\nP1,Sales,CE,Sales\n"),
    ]

    ever = "ever"
    assert [touched(report) for report in reports] == [
        [],
        [("customers", ever, None)],
        [],
        [("partners", ever, None)],
        [],
        [("subscriptions", ever, None)],
        [],
    ]
    assert {filled.balance(report) for report in reports} == {(1, 0, 0, 1, 0)}


def test_snapshot_tells_the_loads_that_touch_months(filled: Any) -> None:
    """``touching`` lists the loads whose changes lie in the months asked for."""
    first = filled.load("seats.csv", SEATS + "2025-01,S1,active,5,1\n")
    second = filled.load("associations.csv", LINKS + "A,S1,DPOR,,2025-03-15,\n")
    snapshot = filled.store.snapshot()
    both = ["seats", "associations"]

    def loads(tables: list[str], start: str, end: str) -> list[int]:
        return [load for load, _ in snapshot.touching(tables, Month.parse(start), Month.parse(end))]

    assert loads(both, "2025-01", "2025-03") == [first.load, second.load]
    assert loads(both, "2025-02", "2025-02") == []
    assert loads(both, "2030-01", "2030-01") == [second.load]
    assert loads(["seats"], "2020-01", "2030-01") == [first.load]
