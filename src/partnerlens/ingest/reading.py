"""Opening a file by its ending, and running its rows through the check into the engine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.errors import UsageError
from partnerlens.ingest.bytestream import Progress
from partnerlens.ingest.checking import checked_select
from partnerlens.ingest.columnar import ParquetSource
from partnerlens.ingest.delimited import DelimitedSource
from partnerlens.ingest.derivation import Derivation, Plan, same_names
from partnerlens.ingest.document import DocumentSource
from partnerlens.ingest.mapping import Mapping
from partnerlens.ingest.source import DEFECT_FIELDS, Source, row_schema
from partnerlens.ingest.spreadsheet import SpreadsheetSource
from partnerlens.ingest.stage import Stage
from partnerlens.model.facts import Table
from partnerlens.store import Store

DOCUMENTS = (".json", ".json.gz", ".jsonl", ".jsonl.gz")
ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".parquet", ".xlsx", *DOCUMENTS)


def open_source(path: Path, mapping: Mapping | None, sheet: str | None, progress: Progress | None) -> Source:
    """
    Return the reader of a file.

    Args:
        path: the file; its ending says the format.
        mapping: names the encoding, the delimiter and the sheet; None for the defaults.
        sheet: the sheet of a workbook to prefer when the mapping names none.
        progress: told how much is read.

    Raises:
        UsageError: the ending stands for no known format.
        DefinitionError: the file cannot be read.
    """
    name = path.name.lower()
    file = mapping.file if mapping else None
    if not name.endswith(ENDINGS):
        raise UsageError(f"'{path.name}' has no known ending", f"use one of {', '.join(ENDINGS)}")
    if name.endswith(".parquet"):
        return ParquetSource(path, progress)
    if name.endswith(".xlsx"):
        return SpreadsheetSource(path, sheet=file.sheet if file and file.sheet else sheet, progress=progress)
    if name.endswith(DOCUMENTS):
        return DocumentSource(path, progress)
    usual = "\t" if ".tsv" in name else ","
    return DelimitedSource(
        path,
        delimiter=file.delimiter if file and file.delimiter else usual,
        encoding=file.encoding if file else None,
        progress=progress,
    )


class RowFeed:
    """
    The rows of a source on their way through the check, table by table.

    A source that feeds one block of one table is checked while it is read; one that is looked at more than once is
    kept first, in ``source_rows``. There the order of day and month is chosen in which most dates can be read.

    Args:
        stage: the load.
        source: the file.
        plan: what is made of it.

    Attributes:
        is_turned: whether the dates are read in the other order of day and month.
    """

    def __init__(self, stage: Stage, source: Source, plan: Plan) -> None:
        """Read the source when it is looked at more than once."""
        self._stage = stage
        self._source = source
        self._plan = plan
        self._is_kept = plan.is_kept
        if self._is_kept:
            _relay(
                row_schema(plan.columns),
                source.batches(plan.columns),
                lambda reader: stage.engine.keep_stream("source_rows", reader),
            )
        self.is_turned = plan.other is not None and self._unread(plan.other) < self._unread(plan)
        if self.is_turned and plan.other is not None:
            self._plan = plan.other

    def _unread(self, plan: Plan) -> int:
        """How many dates of the kept rows cannot be read as a plan reads them."""
        counts = [f"count(*) FILTER ({text} IS NOT NULL AND {day} IS NULL)" for text, day in plan.dates]
        return self._stage.scalar(f"SELECT {' + '.join(counts) or '0'} FROM source_rows")

    def withheld(self) -> bool:
        """Whether every amount of the kept rows is empty, in a file that has amounts and rows."""
        if not self._plan.revenue:
            return False
        some = " OR ".join(f"{text} IS NOT NULL" for text in self._plan.revenue)
        rows, with_amount = self._stage.engine.rows(f"SELECT count(*), count(*) FILTER ({some}) FROM source_rows")[0]
        return bool(rows and not with_amount)

    def feeds(self, table: Table) -> bool:
        """Return whether the file is meant to have rows of the table."""
        return any(derivation.table == table for derivation in self._plan.derivations)

    def check(self, table: Table) -> int:
        """Keep in ``checked`` the table's rows of the file, possibly none, and return their number."""
        engine = self._stage.engine
        _keep_empty(engine, table, self._stage.settings.time_zone)
        for derivation in self._plan.derivations:
            if derivation.table == table:
                self._add(derivation)
        return self._stage.scalar("SELECT count(*) FROM checked")

    def _add(self, derivation: Derivation) -> None:
        def select(relation: str) -> str:
            zone = self._stage.settings.time_zone
            return checked_select(derivation, relation, zone=zone, origin=str(self._stage.load), ordinal="0")

        if self._is_kept:
            self._stage.engine.execute(f"INSERT INTO checked {select('source_rows')}")
            return
        _relay(
            row_schema(self._plan.columns),
            self._source.batches(self._plan.columns),
            lambda reader: self._stage.engine.add_stream("checked", reader, select),
        )


def check_waiting(stage: Stage, store: Store, table: Table) -> None:
    """Add to ``checked`` the table's rows that wait in the quarantine."""

    def select(relation: str) -> str:
        zone = stage.settings.time_zone
        return checked_select(same_names(table), relation, zone=zone, origin="origin", ordinal="ordinal")

    _relay(
        _waiting_schema(table),
        _waiting_batches(store, table),
        lambda reader: stage.engine.add_stream("checked", reader, select),
    )


def _keep_empty(engine: DuckDBEngine, table: Table, zone: str) -> None:
    columns = [f"CAST(NULL AS {'BIGINT' if name == 'line' else 'VARCHAR'}) AS {name}" for name in DEFECT_FIELDS]
    columns += [f'CAST(NULL AS VARCHAR) AS "{name}"' for name in table.names]
    relation = f"(SELECT {', '.join(columns)} WHERE false)"
    select = checked_select(same_names(table), relation, zone=zone, origin="0::BIGINT", ordinal="0::BIGINT")
    engine.keep("checked", select)


def _waiting_schema(table: Table) -> pa.Schema:
    texts = [pa.field(name, pa.string()) for name in table.names]
    numbers = [pa.field(name, pa.int64()) for name in ("line", "origin", "ordinal")]
    return pa.schema([*texts, *numbers, *(pa.field(name, pa.string()) for name in DEFECT_FIELDS[1:])])


def _waiting_batches(store: Store, table: Table) -> Iterator[pa.RecordBatch]:
    schema = _waiting_schema(table)
    for batch in store.waiting(table.name):
        rows = [json.loads(row.row) for row in batch]
        columns = [pa.array([row.get(name) for row in rows], pa.string()) for name in table.names]
        columns += [
            pa.array([row.line for row in batch], pa.int64()),
            pa.array([row.load for row in batch], pa.int64()),
            pa.array([row.ordinal for row in batch], pa.int64()),
        ]
        columns += [pa.nulls(len(batch), pa.string()) for _ in DEFECT_FIELDS[1:]]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _relay(schema: pa.Schema, batches: Iterator[pa.RecordBatch], use: Callable[[pa.RecordBatchReader], None]) -> None:
    """Hand a stream to the engine; what goes wrong in the stream is raised as it was, not as the engine tells it."""
    failures: list[Exception] = []

    def guarded() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except Exception as error:
            failures.append(error)
            raise

    try:
        use(pa.RecordBatchReader.from_batches(schema, guarded()))
    except Exception:
        if failures:
            raise failures[0] from None
        raise
