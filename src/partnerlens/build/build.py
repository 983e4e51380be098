"""Build editions: find the results that are missing, make them in passes, and bind twelve months to an edition."""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import groupby

import pyarrow as pa

from partnerlens import __version__
from partnerlens.build.part import Part
from partnerlens.build.passes import Pass, Rules
from partnerlens.build.plan import (
    MONTHLY_TABLES,
    Ruling,
    buildable_months,
    facts_from,
    keys_of,
    method_of,
    result_key,
    result_months,
    spans,
    table_keys,
)
from partnerlens.build.span import LEAD_MONTHS
from partnerlens.build.step import code_digest
from partnerlens.catalog.catalog import Catalog
from partnerlens.engine.protocol import Engine
from partnerlens.errors import DefinitionError
from partnerlens.model.edition import Manifest, TableEntry
from partnerlens.model.facts import TABLES
from partnerlens.months import Month
from partnerlens.progress import Progress
from partnerlens.settings import ProgramSettings
from partnerlens.store import Edition, Result, Snapshot, Store
from partnerlens.store.result_files import ResultFiles

LONGEST_STEP = 11
"""From this many new months on, reading the whole windows is no more work than going on from earlier results."""

WRITERS = 2
"""Threads that write result files."""

DIMENSIONS: dict[str, str] = {
    "partners": """
        SELECT p.partner_id, p.name, p.country, parent.partner_id AS parent_partner_id
        FROM partners p LEFT JOIN partners parent ON parent.partner_no = p.parent_partner_no
        ORDER BY p.partner_id
    """,
    "products": "SELECT product_id, name, family, workloads FROM products ORDER BY product_id",
    "countries": """
        SELECT country FROM customers UNION SELECT location_country FROM exam_passes ORDER BY country
    """,
}
"""What an edition keeps of the dimensions: what answers need to know and filters may name."""


def build_months(
    store: Store,
    catalog: Catalog,
    settings: ProgramSettings,
    month: Month,
    *,
    count: int,
    engine: Callable[[], Engine],
    now: datetime,
    progress: Progress,
) -> list[Edition]:
    """
    Build the editions of ``month`` and the ``count - 1`` months before it, oldest first.

    Results that are there already are used again; an edition that would equal the latest one of its month is
    not made twice, the earlier one is returned.

    Args:
        store: the workspace's store; the caller holds its write lock.
        catalog: the definitions.
        settings: the program's settings.
        month: the last data month.
        count: how many editions.
        engine: opens the engine of one pass.
        now: the time of building.
        progress: told of each step.

    Raises:
        DefinitionError: a month lies outside the months with facts, or these were loaded under other settings.
    """
    snapshot = store.snapshot()
    snapshot.check_settings(reporting_currency=settings.reporting_currency, time_zone=settings.time_zone)
    first, last = buildable_months(snapshot)
    held = f"the store holds facts from {first} to {last}"
    if not first <= month <= last:
        raise DefinitionError(f"month {month} has no facts", f"{held}; load more, or build a month within them")
    if count > month - first + 1:
        most = month - first + 1
        raise DefinitionError(f"{count} months back from {month} have no facts", f"{held}; build at most {most} months")
    earliest = month - (count - 1)
    ruling = Ruling(
        settings, catalog.policy(settings.contribution_policy), catalog.workloads(), method_of(settings, snapshot)
    )
    months = result_months(month, count)
    keys = keys_of(months, ruling, snapshot)
    files = ResultFiles(store.layout.home)
    files.sweep()
    _build_missing(store, files, snapshot, ruling, keys, engine, progress)
    dimensions = _dimensions(engine, snapshot, files)
    entries = _entries(store, keys)
    latest = {edition.month: edition for edition in store.editions()}
    return [
        _kept(store, latest.get(data_month), _manifest(data_month, ruling, snapshot, entries, dimensions, months), now)
        for data_month in months
        if data_month >= earliest
    ]


def _kept(store: Store, latest: Edition | None, manifest: Manifest, now: datetime) -> Edition:
    """The edition of a manifest: the latest one of its month when it says the same, else a new one."""
    if latest is not None and latest.digest == manifest.digest:
        return latest
    number = store.add_edition(
        month=manifest.data_month, digest=manifest.digest, built_at=now, manifest=manifest.model_dump_json()
    )
    return store.edition(number)


def _build_missing(
    store: Store,
    files: ResultFiles,
    snapshot: Snapshot,
    ruling: Ruling,
    keys: Mapping[str, tuple[Part, Month]],
    engine: Callable[[], Engine],
    progress: Progress,
) -> None:
    wanted_keys = {table_key for key, (part, _) in keys.items() for table_key in table_keys(part, key).values()}
    there = {
        key for key, record in store.results_find(wanted_keys).items() if files.holds(record.digest, record.size_bytes)
    }
    missing: dict[Part, list[Month]] = {}
    for key, (part, month) in keys.items():
        if not there.issuperset(table_keys(part, key).values()):
            missing.setdefault(part, []).append(month)
    key_of = {(part, month): key for key, (part, month) in keys.items()}
    rules = Rules(ruling.policy.definition, ruling.workloads.definition, ruling.settings.reporting_currency)
    for span, wanted in spans(missing, facts_from(snapshot)):
        running = engine()
        try:
            # Files are written beside the computing of the next month.
            with ThreadPoolExecutor(WRITERS) as writers:
                made = Pass(running, snapshot, span, rules, progress).results(
                    wanted, _priors(store, files, snapshot, ruling, wanted)
                )
                # One transaction a part: a killed build keeps the parts that are done.
                for part, results in groupby(made, key=lambda result: result.part):
                    writing = [
                        (
                            key,
                            name,
                            result.month,
                            result.tables[name].num_rows,
                            writers.submit(files.write, result.tables[name]),
                        )
                        for result in results
                        for name, key in table_keys(part, key_of[part, result.month]).items()
                    ]
                    store.results_add([_record(*entry) for entry in writing])
        finally:
            running.close()


def _priors(
    store: Store, files: ResultFiles, snapshot: Snapshot, ruling: Ruling, wanted: Mapping[Part, list[Month]]
) -> dict[Part, pa.Table]:
    """The cells of the month before, for parts that get few new months and whose cells add up."""
    keys = {
        part: result_key(part, min(months) - 1, ruling, snapshot)
        for part, months in wanted.items()
        if part.goes_on and max(months) - min(months) + 1 == len(months) < LONGEST_STEP
    }
    there = store.results_find(keys.values())
    return {
        part: files.read(there[key].digest)
        for part, key in keys.items()
        if key in there and files.holds(there[key].digest, there[key].size_bytes)
    }


def _record(key: str, name: str, month: Month, rows: int, written: Future[tuple[str, int]]) -> Result:
    digest, size = written.result()
    return Result(key=key, part=name, month=month, digest=digest, rows=rows, size_bytes=size)


def _dimensions(engine: Callable[[], Engine], snapshot: Snapshot, files: ResultFiles) -> dict[str, TableEntry]:
    running = engine()
    try:
        for table in ("partners", "products", "customers", "exam_passes"):
            running.scan(table, snapshot.files(table), snapshot.columns(table))
        entries = {}
        for name, select in DIMENSIONS.items():
            table = running.fetch(select)
            digest, size = files.write(table)
            entries[name] = TableEntry(digest=digest, rows=table.num_rows, size_bytes=size)
        return entries
    finally:
        running.close()


def _entries(store: Store, keys: Mapping[str, tuple[Part, Month]]) -> dict[Month, dict[str, TableEntry]]:
    named = {
        table_key: (name, month)
        for key, (part, month) in keys.items()
        for name, table_key in table_keys(part, key).items()
    }
    entries: dict[Month, dict[str, TableEntry]] = {}
    for key, record in store.results_find(named).items():
        name, month = named[key]
        entries.setdefault(month, {})[name] = TableEntry(
            digest=record.digest, rows=record.rows, size_bytes=record.size_bytes
        )
    return entries


def _manifest(
    month: Month,
    ruling: Ruling,
    snapshot: Snapshot,
    entries: Mapping[Month, dict[str, TableEntry]],
    dimensions: dict[str, TableEntry],
    months: list[Month],
) -> Manifest:
    shown = [shown for shown in months if month - 11 <= shown <= month]
    reach = Month(shown[0].number - LEAD_MONTHS)
    settings = ruling.settings
    first = facts_from(snapshot)
    return Manifest(
        month=str(month),
        code=code_digest(),
        version=__version__,
        rule_sets={
            f"credit policy {settings.contribution_policy}": ruling.policy.digest,
            "workloads": ruling.workloads.digest,
        },
        parameters={
            "program": settings.name,
            "reporting_currency": settings.reporting_currency,
            "time_zone": settings.time_zone,
            "contribution_policy": settings.contribution_policy,
            "mau_method": ruling.method.value,
            "k": str(settings.benchmark.k),
            "banding": settings.benchmark.banding,
        },
        loads=tuple(snapshot.touching(TABLES, reach, month)),
        facts={table: _facts_digest(snapshot, table, reach, month) for table in MONTHLY_TABLES},
        facts_from=str(first) if first else None,
        listed_workloads=tuple(workload.name for workload in ruling.workloads.definition.workloads),
        data_as_of=snapshot.last_load_at,
        dimensions=dimensions,
        months={str(shown_month): dict(sorted(entries[shown_month].items())) for shown_month in shown},
    )


def _facts_digest(snapshot: Snapshot, table: str, first: Month, last: Month) -> str:
    digests = sorted(file.sha256 for file in snapshot.fact_files(table, first, last))
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
