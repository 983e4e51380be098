"""Every way in which a value can be wrong, and those in which it may be written."""

from typing import Any

import pytest

from partnerlens.model.facts import TABLES

HEADS = {
    "seats": ("month,subscription_id,state,sold_seats,assigned_seats", ["2025-03", "S1", "active", "10", "5"]),
    "billing_lines": (
        "invoice_id,line_id,billing_month,subscription_id,amount,currency",
        ["I1", "1", "2025-03", "S1", "10", "USD"],
    ),
    "exchange_rates": ("month,currency,rate", ["2025-03", "EUR", "1.1"]),
    "associations": (
        "partner_id,subscription_id,type,claim,start_date,end_date",
        ["A", "S1", "DPOR", "", "2025-03-01", ""],
    ),
    "activity": (
        "date,customer_id,user_id,product_id,workload,intentional",
        ["2025-03-05", "C1", "u", "P1", "Sales", "true"],
    ),
    "instances": (
        "instance_id,customer_id,product_id,kind,deployed_on,retired_on",
        ["N", "C1", "P1", "sandbox", "2025-03-01", ""],
    ),
    "exam_passes": (
        "person_id,partner_id,location_country,exam,passed_on,expires_on",
        ["E", "A", "US", "MB-1", "2025-03-01", ""],
    ),
    "survey_responses": ("response_id,customer_id,product_id,responded_on,score", ["R", "C1", "P1", "2025-03-01", "9"]),
    "customers": ("customer_id,name,country", ["C9", "Nine", "US"]),
    "products": ("product_id,name,family,workloads", ["P9", "Nine", "CE", "Sales"]),
    "partners": ("partner_id,name,country,parent_partner_id", ["Z", "Zeta", "US", ""]),
    "subscriptions": (
        "subscription_id,customer_id,product_id,channel,licence_type,start_date,end_date",
        ["S9", "C1", "P1", "CSP", "paid", "2025-03-01", ""],
    ),
}


def one_row(table: str, **cells: str) -> str:
    """Return a file with one row that is right but for the given cells."""
    head, row = HEADS[table]
    names = head.split(",")
    written = [cells.get(name, value) for name, value in zip(names, row, strict=True)]
    return head + "\n" + ",".join('"' + cell.replace('"', '""') + '"' for cell in written) + "\n"


WRONG = [
    ("seats", "sold_seats", "-1", "negative"),
    ("seats", "sold_seats", "1.5", "not_whole"),
    ("seats", "sold_seats", "ten", "not_a_number"),
    ("seats", "sold_seats", "1e3", "not_a_number"),
    ("seats", "sold_seats", "1_000", "not_a_number"),
    ("seats", "sold_seats", "NaN", "not_a_number"),
    ("seats", "sold_seats", "inf", "not_a_number"),
    ("seats", "sold_seats", "٣", "not_a_number"),
    ("seats", "sold_seats", "", "required"),
    ("seats", "sold_seats", "   ", "required"),
    ("seats", "sold_seats", "1000000001", "too_large"),
    ("seats", "sold_seats", "9" * 40, "too_large"),
    ("seats", "month", "2026-13", "not_a_month"),
    ("seats", "month", "2026-6", "not_a_month"),
    ("seats", "month", "2026-06-01", "not_a_month"),
    ("seats", "month", "1989-12", "out_of_range"),
    ("seats", "month", "2101-01", "out_of_range"),
    ("seats", "state", "gone", "unknown_choice"),
    ("billing_lines", "amount", "1.1234567", "too_many_decimals"),
    ("billing_lines", "amount", "1234567890123", "too_large"),
    ("billing_lines", "amount", "1e308", "not_a_number"),
    ("billing_lines", "amount", "1,000", "not_a_number"),
    ("billing_lines", "amount", "(5)", "not_a_number"),
    ("billing_lines", "currency", "EURO", "not_a_currency"),
    ("exchange_rates", "rate", "0", "not_positive"),
    ("exchange_rates", "rate", "-1", "not_positive"),
    ("exchange_rates", "rate", "123456789", "too_large"),
    ("exchange_rates", "rate", "0.1234567890123", "too_many_decimals"),
    ("associations", "type", "XPOR", "unknown_choice"),
    ("associations", "claim", "OSA", "claim_without_cpor"),
    ("associations", "end_date", "2025-02-28", "end_before_start"),
    ("associations", "start_date", "2025-02-29", "not_a_date"),
    ("associations", "start_date", "2025-3-1", "not_a_date"),
    ("associations", "start_date", "01/03/2025", "not_a_date"),
    ("associations", "start_date", "2025-03-01T25:00:00", "not_a_date"),
    ("associations", "start_date", "1989-12-31", "out_of_range"),
    ("associations", "end_date", "2101-01-01", "out_of_range"),
    ("activity", "intentional", "yes", "not_a_flag"),
    ("activity", "user_id", "u" * 201, "too_long"),
    ("activity", "customer_id", "C0", "unknown_reference"),
    ("instances", "retired_on", "2025-02-28", "end_before_start"),
    ("exam_passes", "expires_on", "2025-02-28", "end_before_start"),
    ("exam_passes", "location_country", "USA", "not_a_country"),
    ("survey_responses", "score", "11", "too_large"),
    ("survey_responses", "score", "-1", "negative"),
    ("customers", "name", "n" * 1001, "too_long"),
    ("products", "workloads", " ; ", "required"),
    ("partners", "parent_partner_id", "Z", "own_parent"),
    ("subscriptions", "end_date", "2025-02-28", "end_before_start"),
]


@pytest.mark.parametrize("table", sorted({case[0] for case in WRONG}))
def test_wrong_values_are_quarantined(filled: Any, table: str) -> None:
    """A row with a wrong value goes to the quarantine under the rule it breaks, and the store keeps its state."""
    before = filled.all_facts()
    cases = [case for case in WRONG if case[0] == table]
    rows = [one_row(table, **{column: text}).split("\n", 1)[1] for _, column, text, _ in cases]

    report = filled.load(f"{table}.csv", HEADS[table][0] + "\n" + "".join(rows))

    assert filled.rejected() == [(line, column, rule) for line, (_, column, _, rule) in enumerate(cases, 2)]
    assert filled.balance(report) == (len(cases), 0, 0, 0, len(cases))
    assert filled.all_facts() == before


RIGHT = [
    ("seats", "sold_seats", "10.0", 10),
    ("seats", "sold_seats", " +7 ", 7),
    ("seats", "sold_seats", "-0", 0),
    ("seats", "sold_seats", "007", 7),
    ("seats", "state", "In_Grace", "in_grace"),
    ("seats", "month", "2100-12", 2100 * 12 + 11),
    ("billing_lines", "amount", "-12.500000", "-12.500000"),
    ("billing_lines", "amount", "1.1234560000", "1.123456"),
    ("billing_lines", "amount", ".5", "0.500000"),
    ("billing_lines", "amount", "999999999999.999999", "999999999999.999999"),
    ("billing_lines", "currency", "usd", "USD"),
    ("associations", "start_date", "2025-03-01T23:59:59.999Z", "2025-03-01"),
    ("associations", "start_date", "2025-03-01 08:00", "2025-03-01"),
    ("associations", "start_date", "2025-03-01T23:30:00-02:00", "2025-03-02"),
    ("associations", "start_date", "2025-03-01T00:30+0200", "2025-02-28"),
    ("activity", "intentional", "FALSE", False),
    ("customers", "name", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ("customers", "name", "\u202emañana 東京", "\u202emañana 東京"),
    ("products", "workloads", " Sales ;; Service;", "Sales;Service"),
    ("subscriptions", "channel", "web direct", "WEB_DIRECT"),
    ("subscriptions", "channel", "Direct", "WEB_DIRECT"),
]


@pytest.mark.parametrize(("table", "column", "text", "value"), RIGHT)
def test_value_is_read(filled: Any, table: str, column: str, text: str, value: object) -> None:
    """A value may be written in each of these ways."""
    before = filled.facts(table)

    report = filled.load(f"{table}.csv", one_row(table, **{column: text}))

    assert filled.rejected() == []
    assert filled.balance(report) == (1, 1, 0, 0, 0)
    (row,) = set(filled.facts(table)) - set(before)
    found = row[TABLES[table].names.index(column)]
    assert (found if isinstance(value, int | bool) else str(found)) == value


def test_time_with_offset_counts_on_the_programs_day(workspace: Any) -> None:
    """A time with an offset lies on the day that it has in the program's time zone; one without is read as is."""
    workspace.settings = type(workspace.settings)("USD", "Pacific/Auckland")
    workspace.load_base()
    head = "date,customer_id,user_id,product_id,workload,intentional\n"

    workspace.load(
        "activity.csv",
        head + "2025-03-31T12:30:00Z,C1,u,P1,Sales,true\n2025-03-31T10:30:00Z,C1,u,P1,Sales,true\n"
        "2025-03-31T12:30:00,C1,v,P1,Sales,true\n",
    )

    days = [(str(row[0]), row[2]) for row in workspace.facts("activity")]
    assert days == [("2025-03-31", "u"), ("2025-03-31", "v"), ("2025-04-01", "u")]


def test_every_fault_of_a_row_is_told(filled: Any) -> None:
    """A row with several faults lists each with column, value, problem and remedy, and counts once."""
    report = filled.load("seats.csv", one_row("seats", month="2026-13", state="gone", sold_seats="-1"))

    assert filled.balance(report) == (1, 0, 0, 0, 1)
    assert [f"{entry.line}: {entry.problem}; {entry.remedy}" for entry in filled.quarantine()] == [
        "2: month '2026-13' is not a month; write it as YYYY-MM, such as 2026-06",
        "2: state 'gone' is not one of its words; use one of active, in_grace, suspended, deprovisioned",
        "2: sold_seats '-1' is negative; write a whole number from 0 to 1,000,000,000",
    ]
    assert {entry.ordinal for entry in filled.quarantine()} == {1}
