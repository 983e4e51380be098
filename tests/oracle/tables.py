"""Worlds written as text tables that the eye can check, for hand-worked cases."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.months import shift
from oracle.world import COLUMNS, Row, World

DATES = {
    "start_date",
    "end_date",
    "agreement_start_date",
    "date",
    "deployed_on",
    "retired_on",
    "passed_on",
    "expires_on",
    "responded_on",
}
WHOLE_NUMBERS = {"sold_seats", "assigned_seats", "active_seats", "active_users", "score"}
DECIMALS = {"amount", "rate"}
MONTHS = {"month", "billing_month"}

UNWRITTEN: dict[str, Row] = {
    "partners": {"name": "A partner", "country": "US"},
    "customers": {"name": "A customer", "country": "US"},
    "products": {"name": "A product", "family": "Other", "workloads": "Some Workload"},
    "subscriptions": {
        "product_id": "p",
        "channel": "CSP",
        "licence_type": "paid",
        "start_date": date(2015, 1, 1),
    },
    "seats": {"state": "active", "assigned_seats": 0},
    "associations": {"type": "DPOR", "start_date": date(2015, 1, 1)},
    "billing_lines": {"invoice_id": "i", "currency": "USD"},
    "activity": {"product_id": "p", "workload": "Some Workload", "intentional": True},
    "activity_monthly": {"product_id": "p", "workload": "Some Workload"},
    "instances": {"product_id": "p", "kind": "production"},
    "exam_passes": {"location_country": "US"},
    "survey_responses": {"product_id": "p"},
    "exchange_rates": {},
}
"""What a required column holds when a text table leaves it out."""

NUMBERED = {
    "billing_lines": "line_id",
    "instances": "instance_id",
    "survey_responses": "response_id",
}
"""The key that is numbered 1, 2, 3 ... when a text table leaves it out."""

NAMED_IN = {"partners": "partner_id", "customers": "customer_id", "products": "product_id"}
"""Tables whose rows are made up when only other tables name them."""


def world_from_text(tables: dict[str, str], **settings: Any) -> World:
    """
    Build a world from text tables.

    A table is a header and one line per row, cells separated by `|`; an empty cell is null.
    A month may be a span, `2020-03..2020-05`, which stands for one row per month.
    Columns left out take the value in `UNWRITTEN`; partners, customers and products that other
    tables name are added.
    """
    facts = {table: read_table(table, text) for table, text in tables.items()}
    for table, key in NAMED_IN.items():
        listed = facts.setdefault(table, [])
        known = {row[key] for row in listed}
        named = {row[key] for other in facts for row in facts[other] if key in row}
        listed += [_whole(table, {key: name}) for name in sorted(named - known)]
    return World(facts, settings)


def read_table(table: str, text: str) -> list[Row]:
    """Return the typed rows of one text table, whole: with every column of facts.md."""
    lines = [line for line in text.splitlines() if line.strip()]
    header = [name.strip() for name in lines[0].split("|")]
    unknown = set(header) - set(COLUMNS[table])
    if unknown:
        raise ValueError(f"{table} has no column {sorted(unknown)}")
    rows: list[Row] = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        written = dict(zip(header, cells, strict=True))
        for single in _one_per_month(written):
            row = {column: _typed(column, cell) for column, cell in single.items()}
            if table in NUMBERED:
                row = {NUMBERED[table]: str(len(rows) + 1)} | row
            rows.append(_whole(table, row))
    return rows


def _whole(table: str, row: Row) -> Row:
    return dict.fromkeys(COLUMNS[table]) | UNWRITTEN[table] | row


def _one_per_month(written: dict[str, str]) -> Iterator[dict[str, str]]:
    for column in MONTHS & set(written):
        if ".." in written[column]:
            month, last = written[column].split("..")
            while month <= last:
                yield written | {column: month}
                month = shift(month, 1)
            return
    yield written


def _typed(column: str, cell: str) -> Any:
    if cell == "":
        return None
    if column in DATES:
        return date.fromisoformat(cell)
    if column in WHOLE_NUMBERS:
        return int(cell)
    if column in DECIMALS:
        return Decimal(cell)
    if column == "intentional":
        return {"true": True, "false": False}[cell]
    return cell
