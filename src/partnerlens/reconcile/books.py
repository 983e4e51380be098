"""Reading a partner's books: a small CSV form, or any file that a mapping turns into billed lines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.errors import DefinitionError, did_you_mean, quoted
from partnerlens.ingest.checking import checked_select
from partnerlens.ingest.derivation import Derivation, Plan, mapping_plan
from partnerlens.ingest.header import Header
from partnerlens.ingest.mapping import Mapping as MappingFile
from partnerlens.ingest.reading import open_source
from partnerlens.ingest.rules import RULES, expected_value
from partnerlens.ingest.source import Source, row_schema, source_name
from partnerlens.ingest.text import NOTHING
from partnerlens.model.facts import TABLES, Table
from partnerlens.months import Month
from partnerlens.reconcile.entry import BOOKS, OTHER_NAMES

MOST_FAULTS = 20
"""Most faulty rows that an error lists."""

MOST_ENTRIES = 200_000
"""Most entries of one file."""

_BETWEEN, _WITHIN = chr(30), chr(31)


def read_books(engine: DuckDBEngine, path: Path, *, mapping: MappingFile | None, zone: str) -> list[dict[str, Any]]:
    """
    Return the rows of a file of books, in its order.

    Args:
        engine: where the rows are checked.
        path: the file: CSV, TSV, XLSX or Parquet, possibly gzipped.
        mapping: how its columns become billed lines; None for a file in the columns of ``BOOKS``.
        zone: the program's time zone.

    Returns:
        For each row ``line``, ``month`` (as a number), ``invoice``, ``customer``, ``subscription``, ``product``,
        ``amount`` (a decimal) and ``currency``; null where the file says nothing.

    Raises:
        UsageError: the file's ending stands for no known format.
        DefinitionError: the file cannot be read, or rows have faults; each is listed with line and column.
    """
    source = open_source(path, mapping, None, None)
    try:
        if mapping is None:
            table, plan = BOOKS, _books_plan(source, path.name)
        else:
            table, plan = TABLES["billing_lines"], _billed_plan(mapping_plan(source, mapping, path.name, zone), mapping)
        rows = _checked(engine, source, table, plan, zone)
    finally:
        source.close()
    if len(rows) > MOST_ENTRIES:
        raise DefinitionError(
            f"{path.name}: the file has {len(rows):,} rows, and at most {MOST_ENTRIES:,} are compared",
            "compare some months at a time",
        )
    _refuse_faults(rows, table, path.name)
    return [_books_row(row) if mapping is None else _billed_row(row) for row in rows]


def _books_plan(source: Source, place: str) -> Plan:
    """The plan for a file in the columns of ``BOOKS``."""
    header = Header(source.header)
    places = {column.name: header.place((column.name, *OTHER_NAMES.get(column.name, ()))) for column in BOOKS.columns}
    faults = [
        f"column {quoted(names, 'or')} is missing{_near(names[0], source.header)}"
        for names in (("month", "date"), ("subscription", "customer"), ("amount",))
        if all(places[name] is None for name in names)
    ]
    if faults:
        where = f"{place}, line {source.header_line}" if source.header_line else place
        names = ", ".join(BOOKS.names)
        raise DefinitionError(f"{where}: {'; '.join(faults)}", f"name the columns {names}; extra ones are not read")
    texts = {name: NOTHING if found is None else source_name(found) for name, found in places.items()}
    read = sorted({found for found in places.values() if found is not None})
    return Plan(tuple(read), (Derivation(BOOKS, texts),))


def _near(name: str, header: Sequence[str]) -> str:
    hint = did_you_mean(name, header)
    return f" ({hint})" if hint else ""


def _billed_plan(plan: Plan, mapping: MappingFile) -> Plan:
    """The part of a mapping's plan that makes billed lines."""
    chosen = tuple(derivation for derivation in plan.derivations if derivation.table.name == "billing_lines")
    if not chosen:
        raise DefinitionError(
            f"mapping '{mapping.name}' makes no billed lines of this file", "choose one that makes 'billing_lines'"
        )
    return Plan(plan.columns, chosen)


def _checked(engine: DuckDBEngine, source: Source, table: Table, plan: Plan, zone: str) -> list[dict[str, Any]]:
    schema = row_schema(plan.columns)
    counted = pa.schema([*schema, pa.field("row", pa.int64())])

    def numbered() -> Iterator[pa.RecordBatch]:
        before = 0
        for batch in source.batches(plan.columns):
            places = pa.array(range(before + 1, before + batch.num_rows + 1), pa.int64())
            before += batch.num_rows
            yield pa.RecordBatch.from_arrays([*batch.columns, places], schema=counted)

    engine.register("books_rows", pa.Table.from_batches(numbered(), counted))
    found: list[dict[str, Any]] = []
    for derivation in plan.derivations:
        select = checked_select(derivation, "books_rows", zone=zone, origin="0", ordinal='"row"')
        names = ", ".join(f'"{name}"' for name in table.names)
        rows = engine.fetch(
            f"SELECT coalesce(_line, _ordinal) AS line, _ordinal, _faults, _value, _texts, {names} "
            f"FROM ({select}) ORDER BY _ordinal ASC NULLS LAST"
        )
        found += rows.to_pylist()
    engine.drop("books_rows")
    return found


def _refuse_faults(rows: Sequence[Mapping[str, Any]], table: Table, place: str) -> None:
    """Raise a DefinitionError that lists the rows with faults."""
    faults = []
    for row in rows:
        where = f"{place}, line {row['line']}"
        if row["_faults"]:
            faults += [f"{where}: {words}" for words in _words(row, table)]
        elif table is BOOKS and row["month"] is None and row["date"] is None:
            faults.append(f"{where}: month is empty; give it a month (YYYY-MM) or a date")
        elif table is BOOKS and not (row["subscription"] or row["customer"]):
            faults.append(f"{where}: subscription is empty; name the subscription or the customer")
    if not faults:
        return
    shown = "\n".join(faults[:MOST_FAULTS])
    more = f"\nand {len(faults) - MOST_FAULTS:,} more" if len(faults) > MOST_FAULTS else ""
    raise DefinitionError(f"{shown}{more}", "correct the rows; nothing has been compared")


def _words(row: Mapping[str, Any], table: Table) -> list[str]:
    """The faults of a row in words."""
    known = {column.name: column for column in table.columns}
    words = []
    for fault in row["_faults"].split(_BETWEEN):
        name, _, rule = fault.partition(_WITHIN)
        if not rule:
            continue
        column = known.get(name)
        places = {
            "column": name or "the row",
            "value": row["_value"] or _text(row, name),
            "table": table.name,
            "expected": expected_value(column) if column else "at most 1,000,000 characters",
        }
        words.append(f"{RULES[rule].problem.format(**places)}; {RULES[rule].remedy.format(**places)}")
    return words


def _text(row: Mapping[str, Any], name: str) -> str:
    """What a faulty row says in a column."""
    texts = json.loads(row["_texts"]) if row["_texts"] else {}
    return str(texts.get(name) or "")


def _books_row(row: Mapping[str, Any]) -> dict[str, Any]:
    month = row["month"] if row["month"] is not None else Month.of(row["date"]).number
    names = ("line", "invoice", "customer", "subscription", "product", "amount", "currency")
    return {"month": month} | {name: row[name] for name in names}


def _billed_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "line": row["line"],
        "month": row["billing_month"],
        "invoice": row["invoice_id"],
        "customer": None,
        "subscription": row["subscription_id"],
        "product": None,
        "amount": row["amount"],
        "currency": row["currency"],
    }
