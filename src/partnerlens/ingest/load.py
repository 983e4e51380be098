"""Loading files: each file is one load, kept as a whole or not at all."""

import errno
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.errors import NotFoundError, ResourceError, UsageError, did_you_mean
from partnerlens.ingest.bytestream import Progress
from partnerlens.ingest.derivation import fits_table, inferred_table, mapping_plan, table_named_by, table_plan
from partnerlens.ingest.document import WITHHELD
from partnerlens.ingest.figure import FigureReport, checked_figures, mismatches
from partnerlens.ingest.mapping import Mapping
from partnerlens.ingest.overlap import overlap_remark
from partnerlens.ingest.parents import judge_parents
from partnerlens.ingest.placing import place_keyed, place_set, write_dimension
from partnerlens.ingest.reading import RowFeed, check_waiting, open_source
from partnerlens.ingest.recognition import Recognition, recognised
from partnerlens.ingest.references import known_rates, numbered_rows, resolve
from partnerlens.ingest.rejecting import (
    prepare_rejects,
    reject_conflicts,
    reject_faulty,
    reject_missing,
    rejections,
)
from partnerlens.ingest.repeats import judge_repeats
from partnerlens.ingest.report import LoadReport
from partnerlens.ingest.source import Source
from partnerlens.ingest.stage import LoadSettings, Stage
from partnerlens.ingest.touching import note_touches
from partnerlens.model.facts import DIMENSIONS, EXCHANGE_RATES, TABLES, Table
from partnerlens.store import Balance, Change, Load, Release, Store, Writer
from partnerlens.store.store import WAIT_SECONDS

MEMORY_LIMIT = "1GB"
"""Most memory that the engine holds during a load; more is spilled to disk."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


@dataclass(frozen=True)
class Job:
    """
    One file to load.

    Attributes:
        path: the file.
        table: the fact table whose columns it has; None when a mapping says what it holds.
        mapping: how tables are made from it; None when it has a table's columns.
        recognition: what the file was taken for by its header; None when its table or mapping was known.
    """

    path: Path
    table: Table | None
    mapping: Mapping | None
    recognition: Recognition | None = None

    @property
    def digest(self) -> str:
        """Says how the file is read: the mapping's digest, or the table's name."""
        return self.mapping.digest if self.mapping else f"table:{self.table.name if self.table else ''}"


def load_file(
    store: Store,
    path: Path,
    *,
    table: str | None = None,
    mapping: Mapping | None = None,
    settings: LoadSettings,
    now: datetime,
    progress: Progress | None = None,
    wait_seconds: float = WAIT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
) -> LoadReport:
    """
    Load one file: all its rows end up in the store or in the quarantine, or nothing changes.

    Args:
        store: where facts go.
        path: the file.
        table: the table whose columns it has; found from the file's name when None.
        mapping: how tables are made from it instead.
        settings: how facts are read; the first load fixes them for the store.
        now: the current time, with a time zone.
        progress: told how much is read and how much there is.
        wait_seconds: how long to wait for another writer.
        on_wait: told who is waited for.

    Raises:
        UsageError: the file's table or format is not known.
        NotFoundError: there is no such file.
        DefinitionError: the file as a whole, its header, or the settings do not fit.
        ResourceError: no space, no memory, or another writer holds the store.
    """
    return _load(store, _job(path, table, mapping), settings, now, progress, wait_seconds, on_wait)


def load_files(
    store: Store,
    paths: Sequence[Path],
    *,
    table: str | None = None,
    mapping: Mapping | None = None,
    settings: LoadSettings,
    now: datetime,
    progress: Progress | None = None,
    wait_seconds: float = WAIT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
    on_report: Callable[[LoadReport], None] | None = None,
) -> list[LoadReport]:
    """
    Load files one by one, tables that others refer to first; see ``load_file``.

    The names of all files are looked at before the first is loaded; ``on_report`` is told after each.
    """
    order = list(TABLES)
    jobs = [_job(path, table, mapping) for path in paths]
    jobs.sort(key=lambda job: (order.index(job.table.name), 0) if job.table else (-1, _late(job.mapping)))
    if any(job.mapping is not None for job in jobs):
        # Rates refer to nothing, and the lines of mapped files may be in several currencies.
        jobs.sort(key=lambda job: job.table != EXCHANGE_RATES)
    reports = []
    for job in jobs:
        report = _load(store, job, settings, now, progress, wait_seconds, on_wait)
        reports.append(report)
        if on_report is not None:
            on_report(report)
    return reports


def _late(mapping: Mapping | None) -> int:
    """How late a mapping's file is loaded: first those that correct what others refer to, then those with parents."""
    blocks = mapping.file.table if mapping else ()
    if any(block.on_conflict == "last" and block.name in DIMENSIONS for block in blocks):
        return 0
    return 1 if any("parent_partner_id" in block.columns for block in blocks) else 2


def _job(path: Path, table: str | None, mapping: Mapping | None) -> Job:
    if table is not None and mapping is not None:
        raise UsageError("a file is read as a table or by a mapping, not both", "leave out --table or --mapping")
    if table is not None and table not in TABLES:
        raise UsageError(
            f"there is no fact table '{table}'", did_you_mean(table, TABLES) or f"tables are {', '.join(TABLES)}"
        )
    if not path.exists():
        raise NotFoundError(f"there is no file '{path}'", "check its name and folder")
    if not path.is_file():
        raise UsageError(f"'{path}' is not a file", "name the files in it")
    if mapping is not None or table is not None:
        return Job(path, TABLES[table] if table else None, mapping)
    return _recognised(path)


def _recognised(path: Path) -> Job:
    """The job of a file that nobody named a table or mapping for: by its name, or else by its header."""
    table = table_named_by(path.name)
    with closing(open_source(path, None, table.name if table else None, None)) as source:
        # An export may be called 'Customers': then its header says that it is none of ours.
        if table is not None and fits_table(source, table):
            return Job(path, table, None)
        recognition = recognised(source.header, path.name)
    if recognition is not None:
        return Job(path, None, recognition.mapping, recognition)
    return Job(path, table or inferred_table(path.name), None)


def _load(
    store: Store,
    job: Job,
    settings: LoadSettings,
    now: datetime,
    progress: Progress | None,
    wait_seconds: float,
    on_wait: Callable[[str], None] | None,
) -> LoadReport:
    """Load the file of a job; see ``load_file``."""
    with store.write_lock(wait_seconds, on_wait):
        try:
            return replace(_loaded(store, job, settings, now, progress), recognition=job.recognition)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise ResourceError(
                f"{job.path.name}: the disk could not be used: {error.strerror}; nothing was loaded",
                "free some space and load the file again",
            ) from error


def _loaded(store: Store, job: Job, settings: LoadSettings, now: datetime, progress: Progress | None) -> LoadReport:
    began = time.monotonic()
    snapshot = store.snapshot()
    snapshot.check_settings(reporting_currency=settings.reporting_currency, time_zone=settings.time_zone)
    content_digest = _digest(job.path)
    for load in store.loads():
        if (load.content_digest, load.mapping_digest) == (content_digest, job.digest):
            return _repeated(load, job.path.name)
    source = open_source(job.path, job.mapping, job.table.name if job.table else None, progress)
    with closing(source), closing(store.writer()) as writer, _engine(writer) as engine:
        stage = Stage(engine, snapshot, writer, settings)
        balances, figures = _stage_rows(stage, store, job, source)
        rules: Counter[tuple[str, str]] = Counter()
        change = Change(
            file=job.path.name,
            content_digest=content_digest,
            mapping_digest=job.digest,
            started_at=now,
            finished_at=now + timedelta(seconds=time.monotonic() - began),
            time_zone=settings.time_zone,
            reporting_currency=settings.reporting_currency,
            balances=balances,
            added=tuple(stage.added),
            removed=tuple(stage.removed),
            touches=tuple(stage.touches),
            rejections=rejections(stage, job.path.name, rules),
            releases=_releases(stage),
            shows=job.mapping.file.shows if job.mapping else None,
            mismatches=mismatches(stage, job.path.name),
        )
        writer.commit(change)
        report = _report(stage, change, rules)
    return replace(report, figures=figures)


def _engine(writer: Writer) -> DuckDBEngine:
    return DuckDBEngine(temporary=writer.folder, memory_limit=MEMORY_LIMIT)


def _report(stage: Stage, change: Change, rules: Counter[tuple[str, str]]) -> LoadReport:
    released: Counter[str] = Counter()
    for release in change.releases:
        released[release.table] += len(release.ordinals)
    return LoadReport(
        file=change.file,
        load=stage.load,
        balances=change.balances,
        rejected=tuple((table, rule, count) for (table, rule), count in sorted(rules.items())),
        touched=change.touches,
        released=dict(released),
        remarks=tuple(stage.remarks),
    )


def _stage_rows(
    stage: Stage, store: Store, job: Job, source: Source
) -> tuple[tuple[Balance, ...], tuple[FigureReport, ...]]:
    zone = stage.settings.time_zone
    if job.mapping is not None:
        plan = mapping_plan(source, job.mapping, job.path.name, zone)
    else:
        plan = table_plan(source, job.table or inferred_table(job.path.name), job.path.name)
    stage.yielding = frozenset(entry.table.name for entry in plan.derivations if entry.keeps_stored)
    stage.is_export = job.mapping is not None and job.mapping.file.shows is not None
    prepare_rejects(stage)
    feed = RowFeed(stage, source, plan)
    stage.remarks += _remarks(job.mapping, source, feed)
    figures = checked_figures(stage, plan.figures)
    balances = []
    for table in TABLES.values():
        is_fed = feed.feeds(table)
        is_waiting = _may_release(stage, table, is_fed=is_fed) and store.waiting_count(table.name) > 0
        if not is_fed and not is_waiting:
            continue
        rows_in = feed.check(table)
        if is_waiting:
            check_waiting(stage, store, table)
        _stage_table(stage, table)
        if is_fed:
            balances.append(_balance(stage, table, rows_in))
    for name in ("users", "workloads"):
        write_dimension(stage, name)
    return tuple(balances), figures


def _remarks(mapping: Mapping | None, source: Source, feed: RowFeed) -> Iterator[str]:
    """What a reader of the results should know of a file beside its rows."""
    yield from source.remarks
    if mapping is not None and mapping.file.remark:
        yield mapping.file.remark
    if feed.is_turned:
        yield "its dates are read with the day before the month"
    if feed.withheld():
        yield WITHHELD


def _may_release(stage: Stage, table: Table, *, is_fed: bool) -> bool:
    wanted = {column.references for column in table.references if column.references != table.name}
    if table.name == "billing_lines":
        wanted.add("exchange_rates")
    return bool(wanted & stage.arrived) or (is_fed and table.name == "partners")


def _stage_table(stage: Stage, table: Table) -> None:
    """Judge the rows of ``checked`` and write those that hold."""
    engine = stage.engine
    reject_faulty(stage, table)
    judge_repeats(stage, table)
    reject_conflicts(stage, table)
    resolve(stage, table)
    if table.name == "partners":
        judge_parents(stage)
    reject_missing(stage, table)
    _note_released(stage, table)
    if table.name in stage.yielding:
        engine.keep("yielding", "SELECT rowid AS rid FROM checked WHERE _yields")
    engine.drop("checked")
    rows = numbered_rows(stage, table)
    if table.key:
        engine.keep("facts", rows)
        if table.name == "billing_lines" and stage.is_export and (remark := overlap_remark(stage)) is not None:
            stage.remarks.append(remark)
        place_keyed(stage, table)
        note_touches(stage, table)
        if table.name == "exchange_rates":
            engine.execute(f"INSERT INTO {known_rates(stage)} SELECT month, currency FROM facts")
            stage.arrived.add(table.name)
    else:
        place_set(stage, table, rows)
    for name in ("resolved", "facts", "matched", "placed", "verdicts"):
        engine.drop(name)


def _note_released(stage: Stage, table: Table) -> None:
    rows = stage.engine.rows(
        "SELECT c._origin, c._ordinal FROM (SELECT rowid AS rid, * FROM checked) c "
        "LEFT JOIN resolved r ON c.rid = r.rid LEFT JOIN verdicts v ON c.rid = v.rid "
        f"WHERE c._origin <> {stage.load} AND (r._missing IS NULL AND r.rid IS NOT NULL "
        "OR v.outcome IN ('duplicate', 'replaced')) ORDER BY 1, 2"
    )
    for origin, ordinal in rows:
        stage.released.setdefault((table.name, origin), []).append(ordinal)


def _balance(stage: Stage, table: Table, rows_in: int) -> Balance:
    outcome = stage.outcomes.get((table.name, stage.load), Counter())
    return Balance(
        table=table.name,
        rows_in=rows_in,
        loaded=outcome["loaded"],
        duplicate=outcome["duplicate"],
        replaced=outcome["replaced"],
        quarantined=outcome["quarantined"],
    )


def _releases(stage: Stage) -> tuple[Release, ...]:
    return tuple(
        Release(
            load=origin,
            table=table,
            ordinals=tuple(ordinals),
            loaded=stage.outcomes[table, origin]["loaded"],
            duplicate=stage.outcomes[table, origin]["duplicate"],
            replaced=stage.outcomes[table, origin]["replaced"],
        )
        for (table, origin), ordinals in stage.released.items()
    )


def _repeated(load: Load, file: str) -> LoadReport:
    balances = tuple(
        Balance(balance.table, balance.rows_in, 0, balance.rows_in, 0, 0)
        for balance in sorted(load.balances, key=lambda balance: list(TABLES).index(balance.table))
    )
    return LoadReport(file, load.id, balances, (), (), {}, already_loaded=load.id)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
