"""Every row of a sample keeps the contract of its table."""

import re
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from partnerlens.model.facts import TABLES, Kind

WRITTEN = [name for name in TABLES if name != "activity_monthly"]
PATTERN = {
    Kind.COUNTRY: r"^[A-Z]{2}$",
    Kind.CURRENCY: r"^[A-Z]{3}$",
    Kind.MONTH: r"^\d{4}-(0[1-9]|1[0-2])$",
    Kind.DATE: r"^\d{4}-\d{2}-\d{2}$",
    Kind.COUNT: r"^\d{1,9}$",
    Kind.MONEY: r"^-?\d{1,12}(\.\d{2})?$",
    Kind.RATE: r"^\d{1,8}\.\d{1,12}$",
    Kind.FLAG: r"^(true|false)$",
    Kind.ID: r"^[!-~][ -~]{0,199}$",
}


def distinct_rows(rows: pa.Table, columns: tuple[str, ...]) -> int:
    """Return how many different combinations the columns hold."""
    return rows.group_by(list(columns)).aggregate([]).num_rows


def test_every_table_that_has_users_is_written(main: dict[str, pa.Table]) -> None:
    """All tables but the one for feeds without users."""
    assert sorted(main) == sorted(WRITTEN)


@pytest.mark.parametrize("name", WRITTEN)
def test_columns_are_those_of_the_contract(main: dict[str, pa.Table], name: str) -> None:
    """The columns and their order are those of the template."""
    assert tuple(main[name].column_names) == TABLES[name].names


@pytest.mark.parametrize("name", WRITTEN)
def test_keys_are_unique(main: dict[str, pa.Table], corrections: dict[str, pa.Table], name: str) -> None:
    """No key occurs twice, neither in a main file nor in its corrections."""
    for rows in (main[name], corrections.get(name, main[name])):
        if TABLES[name].key:
            assert distinct_rows(rows, TABLES[name].key) == rows.num_rows


@pytest.mark.parametrize("name", WRITTEN)
def test_values_are_written_as_their_kind_asks(
    main: dict[str, pa.Table], corrections: dict[str, pa.Table], name: str
) -> None:
    """Required fields are filled, and every value has the form of its column's kind."""
    for rows in (main[name], corrections.get(name, main[name])):
        for column in TABLES[name].columns:
            values = rows[column.name]
            if column.required:
                assert values.null_count == 0, column.name
            if column.kind is Kind.CHOICE:
                assert set(pc.unique(values).to_pylist()) <= {*column.choices, None}
            if column.kind in PATTERN:
                assert pc.all(pc.match_substring_regex(values, PATTERN[column.kind])).as_py() in (True, None)
            if column.kind is Kind.DATE:
                assert all(date.fromisoformat(text) for text in pc.unique(values).to_pylist() if text)
            if column.kind is Kind.COUNT:
                assert (pc.max(values.cast(pa.int64())).as_py() or 0) <= column.maximum


@pytest.mark.parametrize("name", WRITTEN)
def test_references_exist(main: dict[str, pa.Table], corrections: dict[str, pa.Table], name: str) -> None:
    """Every id names a row of the table that it refers to."""
    for rows in (main[name], corrections.get(name, main[name])):
        for column in TABLES[name].references:
            known = set(main[column.references][TABLES[column.references].key[0]].to_pylist())
            assert set(pc.unique(rows[column.name]).to_pylist()) - {None} <= known


def test_parents_are_accounts_that_come_first(main: dict[str, pa.Table]) -> None:
    """A location's account is no location itself, and its row stands above."""
    rows = main["partners"].to_pylist()
    accounts = [row["partner_id"] for row in rows if row["parent_partner_id"] is None]

    assert [row["partner_id"] for row in rows[: len(accounts)]] == accounts
    assert {row["parent_partner_id"] for row in rows[len(accounts) :]} <= set(accounts)


def test_every_billing_line_has_a_rate(main: dict[str, pa.Table]) -> None:
    """Each month has one rate per currency, 1 for the reporting currency."""
    rates = {(row["month"], row["currency"]): Decimal(row["rate"]) for row in main["exchange_rates"].to_pylist()}
    lines = main["billing_lines"].group_by(["billing_month", "currency"]).aggregate([]).to_pylist()

    assert {(line["billing_month"], line["currency"]) for line in lines} <= set(rates)
    assert {rate for (_, currency), rate in rates.items() if currency == "USD"} == {Decimal(1)}
    assert len(rates) == 30 * 4


def test_amounts_have_the_decimals_of_their_currency(main: dict[str, pa.Table]) -> None:
    """KRW has no smaller unit; the others have hundredths."""
    for line in main["billing_lines"].to_pylist():
        places = "" if line["currency"] == "KRW" else r"\.\d\d"
        assert re.fullmatch(rf"-?\d+{places}", line["amount"])


def test_days_lie_in_order_and_within_the_sample(main: dict[str, pa.Table]) -> None:
    """Nothing ends before it began, and nothing that happened lies after the last month."""
    ranges = {
        "subscriptions": ("start_date", "end_date"),
        "associations": ("start_date", "end_date"),
        "instances": ("deployed_on", "retired_on"),
        "exam_passes": ("passed_on", "expires_on"),
    }
    for name, (first, last) in ranges.items():
        begun = main[name][first].cast(pa.date32())
        ended = main[name][last].cast(pa.date32())
        assert pc.all(pc.less_equal(begun, ended)).as_py()
        assert pc.max(begun).as_py() <= date(2026, 10, 31)
    for name, column in {"activity": "date", "survey_responses": "responded_on"}.items():
        days = main[name][column].cast(pa.date32())
        assert (pc.min(days).as_py() >= date(2024, 5, 1), pc.max(days).as_py() <= date(2026, 10, 31)) == (True, True)


def test_associations_lie_within_their_subscription(main: dict[str, pa.Table]) -> None:
    """An association starts no earlier and ends no later than its subscription."""
    subscriptions = {row["subscription_id"]: row for row in main["subscriptions"].to_pylist()}
    for row in main["associations"].to_pylist():
        subscription = subscriptions[row["subscription_id"]]
        last = subscription["end_date"] or "9999"
        assert subscription["start_date"] <= row["start_date"] <= last
        assert (row["end_date"] or last) <= last or row["end_date"] is None


def test_activity_belongs_to_the_product_and_a_running_subscription(main: dict[str, pa.Table]) -> None:
    """A workload is one of its product's, and the customer has the product on that day."""
    workloads = {row["product_id"]: row["workloads"].split(";") for row in main["products"].to_pylist()}
    runs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in main["subscriptions"].to_pylist():
        days = (row["start_date"], row["end_date"] or "9999")
        runs.setdefault((row["customer_id"], row["product_id"]), []).append(days)
    columns = ["date", "customer_id", "product_id", "workload"]
    for row in main["activity"].group_by(columns).aggregate([]).to_pylist():
        assert row["workload"] in workloads[row["product_id"]]
        assert any(first <= row["date"] <= last for first, last in runs[row["customer_id"], row["product_id"]])
