"""The scores of editions: which series each edition's scorecards need, and making those that are missing."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from partnerlens.build.cells import partner_ids, product_ids
from partnerlens.build.kernels.activity import THREADS, TooManyPairs
from partnerlens.build.kernels.kept_use import largest_numbers
from partnerlens.build.kernels.near import NearScan
from partnerlens.build.kernels.product_users import product_users
from partnerlens.build.making import Making
from partnerlens.build.passes import scan_facts
from partnerlens.build.plan import facts_from
from partnerlens.build.scores import ScorePass, ScoreRules, score_months, score_span, series_lead
from partnerlens.build.span import LARGEST_SPAN, LEAD_MONTHS, Span, register_months, register_span
from partnerlens.build.step import code_digest, step_sql
from partnerlens.catalog.catalog import Catalog, Defined
from partnerlens.engine.protocol import Engine
from partnerlens.model.edition import TableEntry
from partnerlens.model.facts import TABLES
from partnerlens.model.scorecard import Scorecard
from partnerlens.model.series import policies_of, rule_sets_of, scorecard_series
from partnerlens.months import Month, months_between
from partnerlens.settings import ProgramSettings
from partnerlens.store import Result, Snapshot

USERS_AT_ONCE = 4
"""Months of activity that distinct users are counted in at once, which bounds the memory it takes."""

USERS_COLUMNS = {"customer_no": "BIGINT", "product_no": "BIGINT", "month": "INTEGER", "users": "BIGINT"}
"""The columns of ``product_users``. They hold the store's numbers: the table is a step between, not a result."""

SCORE_TABLES = tuple(table for table in TABLES if table != "survey_responses")
"""The fact tables that series of scorecards are made from."""


@dataclass(frozen=True)
class AppliedScorecard:
    """
    A version of a scorecard with the definitions that it stands on.

    Attributes:
        scorecard: the version.
        rules: what its series are measured by.
        digests: the digest of each definition by name, such as ``credit policy pci-2020``.
        texts: the definitions as JSON, by the same names.
    """

    scorecard: Defined[Scorecard]
    rules: ScoreRules
    digests: Mapping[str, str]
    texts: Mapping[str, str]

    @property
    def id(self) -> str:
        """The scorecard's id."""
        return self.scorecard.definition.id

    @property
    def table(self) -> str:
        """The name of its tables in editions."""
        return score_table_name(self.id)


def score_table_name(scorecard: str) -> str:
    """Return the name of a scorecard's tables in editions."""
    return f"score {scorecard}"


def applied_scorecard(catalog: Catalog, settings: ProgramSettings, scorecard: Defined[Scorecard]) -> AppliedScorecard:
    """Return a scorecard with the policies and markets that it names; raises DefinitionError for faults in these."""
    definition = scorecard.definition
    policies = {name: catalog.policy(name) for name in policies_of(definition)}
    markets = catalog.markets()
    every: dict[str, Defined[Any]] = {f"credit policy {name}": policy for name, policy in policies.items()}
    every |= {"markets": markets, f"scorecard {definition.id}": scorecard}
    named = {name: every[name] for name in rule_sets_of(definition)}
    return AppliedScorecard(
        scorecard,
        ScoreRules(
            definition,
            {name: policy.definition for name, policy in policies.items()},
            markets.definition,
            settings.reporting_currency,
        ),
        {name: defined.digest for name, defined in named.items()},
        {name: defined.definition.model_dump_json() for name, defined in named.items()},
    )


def score_entries(
    making: Making, wanted: Mapping[Month, Sequence[AppliedScorecard]]
) -> dict[Month, dict[str, dict[Month, TableEntry]]]:
    """
    Return the series tables of editions, making those that are missing.

    Args:
        making: where results are kept and made.
        wanted: for each edition's data month, the scorecards that apply.

    Returns:
        For each data month, by name of the table, its months.
    """
    needed: dict[tuple[str, str], tuple[AppliedScorecard, set[Month]]] = {}
    for month, applied in wanted.items():
        for scorecard in applied:
            place = (scorecard.id, scorecard.scorecard.digest)
            needed.setdefault(place, (scorecard, set()))[1].update(score_months(month))
    found = {place: _made(making, scorecard, sorted(months)) for place, (scorecard, months) in needed.items()}
    return {
        month: {
            scorecard.table: {
                shown: found[scorecard.id, scorecard.scorecard.digest][shown] for shown in score_months(month)
            }
            for scorecard in applied
        }
        for month, applied in wanted.items()
    }


def _made(making: Making, applied: AppliedScorecard, months: list[Month]) -> dict[Month, TableEntry]:
    keys = {_key(making.snapshot, applied, month): month for month in months}
    held = making.held(keys)
    missing = sorted(month for key, month in keys.items() if key not in held)
    key_of = {month: key for key, month in keys.items()}
    for run in _runs(missing, LARGEST_SPAN - series_lead(applied.scorecard.definition)):
        made = making.written(_series_tables(making, applied, run))
        making.store.results_add(
            [Result(key_of[month], applied.table, month, digest, rows, size) for month, rows, digest, size in made]
        )
    records = making.store.results_find(keys)
    return {
        month: TableEntry(digest=records[key].digest, rows=records[key].rows, size_bytes=records[key].size_bytes)
        for key, month in keys.items()
    }


def _series_tables(
    making: Making, applied: AppliedScorecard, months: Sequence[Month]
) -> Iterator[tuple[Month, pa.Table]]:
    """The series tables of a scorecard for a run of months."""
    span = score_span(applied.scorecard.definition, months, facts_from(making.snapshot))
    users = _users(making, span)
    running = making.engine()
    try:
        making.progress(applied.table, 0, 0)
        scan_facts(running, making.snapshot, span)
        running.scan("product_users", list(users.values()), USERS_COLUMNS)
        near = _near(making, running, span, users)
        try:
            yield from ScorePass(running, span, applied.rules, near=near).results(months)
        finally:
            if near is not None:
                near.close()
    finally:
        running.close()


def _near(making: Making, running: Engine, span: Span, users: Mapping[Month, Path]) -> NearScan | None:
    """The facts of a pass near the scan, where kernels pay."""
    if not making.is_near_scan(running, span):
        return None
    return NearScan(running, making.snapshot, span, partner_ids(running), product_ids(running), making.read, users)


def _users(making: Making, span: Span) -> dict[Month, Path]:
    """The file of ``product_users`` of each month of a pass, those that are missing made first."""
    snapshot = making.snapshot
    active = {*snapshot.months("activity"), *snapshot.months("activity_monthly")}
    first = span.first - (LEAD_MONTHS - 1)
    keys = {_users_key(snapshot, month): month for month in months_between(first, span.last) if month in active}
    held = making.held(keys)
    missing = sorted(month for key, month in keys.items() if key not in held)
    key_of = {month: key for key, month in keys.items()}
    for month, rows, digest, size in making.written(_counted(making, missing)):
        making.store.results_add([Result(key_of[month], "product_users", month, digest, rows, size)])
    return {keys[key]: making.files.path(record.digest) for key, record in making.store.results_find(keys).items()}


def _counted(making: Making, months: Sequence[Month]) -> Iterator[tuple[Month, pa.Table]]:
    """The table ``product_users`` of some months, by a kernel where that pays and holds them."""
    if not months:
        return
    snapshot = making.snapshot
    running = making.engine()
    try:
        for table in ("customers", "products", "workloads"):
            running.scan(table, snapshot.files(table), snapshot.columns(table))
        left = list(months)
        span = Span(months[0], months[-1], facts_from(snapshot))
        if making.is_near_scan(running, span) and not set(months) & set(snapshot.months("activity_monthly")):
            with suppress(TooManyPairs), ThreadPoolExecutor(THREADS) as workers:
                use = making.read.use.of(months, largest_numbers(running), workers)
                for run in _runs(months, THREADS):
                    making.progress("product users", len(months) - len(left), len(months))
                    for month, users in zip(run, workers.map(partial(product_users, use), run), strict=True):
                        yield month, _users_table(month, users)
                        left.remove(month)
        for run in _runs(left, USERS_AT_ONCE):
            yield from _counted_by_step(making, running, run)
    finally:
        running.close()


def _counted_by_step(making: Making, running: Engine, months: Sequence[Month]) -> Iterator[tuple[Month, pa.Table]]:
    snapshot = making.snapshot
    span = Span(min(months), max(months), facts_from(snapshot))
    making.progress("product users", 0, 0)
    for table in ("activity", "activity_monthly"):
        running.scan(table, snapshot.files(table, span.first, span.last), snapshot.columns(table))
    register_span(running, span, reporting_currency="")
    register_months(running, span, [span.t(month) for month in months])
    rows = running.fetch(f"SELECT * FROM ({step_sql('product_users', {})}) AS made ORDER BY t, customer_no, product_no")
    when = rows["t"].to_numpy()
    for month in months:
        first, end = np.searchsorted(when, [span.t(month), span.t(month) + 1])
        yield month, _users_table(month, rows.slice(int(first), int(end - first)))


def _users_table(month: Month, rows: pa.Table) -> pa.Table:
    columns = {name: rows[name].cast(pa.int64()) for name in ("customer_no", "product_no", "users")}
    columns["month"] = pa.array([month.number] * rows.num_rows, pa.int32())
    return pa.table({name: columns[name] for name in USERS_COLUMNS})


def _users_key(snapshot: Snapshot, month: Month) -> str:
    return _digest(
        {
            "part": "product_users",
            "month": str(month),
            "code": code_digest(),
            "loads": snapshot.touching(("activity", "activity_monthly"), month, month),
        }
    )


def _key(snapshot: Snapshot, applied: AppliedScorecard, month: Month) -> str:
    """What the series of a month depend on, as a digest."""
    definition = applied.scorecard.definition
    first = facts_from(snapshot)
    earliest = month - (LEAD_MONTHS + series_lead(definition))
    baselines = {series.day for series in scorecard_series(definition) if series.day is not None}
    return _digest(
        {
            "part": applied.table,
            "month": str(month),
            "code": code_digest(),
            "definitions": dict(applied.digests),
            "reporting_currency": applied.rules.reporting_currency,
            "first_month": str(first) if first and first > earliest else None,
            "loads": snapshot.touching(SCORE_TABLES, earliest, month),
            # A pass can matter on the day of a baseline and have ended long before the month.
            "baselines": {
                str(day): snapshot.touching(("exam_passes",), Month.of(day), Month.of(day)) for day in sorted(baselines)
            },
        }
    )


def _runs(months: Sequence[Month], most: int) -> list[list[Month]]:
    """Months taken together: at most so many from the first to the last of a run."""
    runs: list[list[Month]] = []
    for month in months:
        if runs and month - runs[-1][0] < most:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs


def _digest(depends_on: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()
