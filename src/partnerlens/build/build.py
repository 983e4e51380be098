"""Build editions: find the results that are missing, make them in passes, and bind twelve months to an edition."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import pyarrow as pa

from partnerlens import __version__
from partnerlens.build.making import Making
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
from partnerlens.build.scoring import AppliedScorecard, applied_scorecard, score_entries
from partnerlens.build.span import LEAD_MONTHS
from partnerlens.build.step import code_digest
from partnerlens.catalog.catalog import Catalog
from partnerlens.engine.protocol import Engine
from partnerlens.errors import DefinitionError
from partnerlens.model.edition import VISIBLE_CUSTOMERS_ONLY, Manifest, TableEntry
from partnerlens.model.facts import TABLES
from partnerlens.months import Month, months_between
from partnerlens.progress import Progress
from partnerlens.settings import ProgramSettings
from partnerlens.store import Edition, Result, Snapshot, Store
from partnerlens.store.result_files import ResultFiles

LONGEST_STEP = 11
"""From this many new months on, reading the whole windows is no more work than going on from earlier results."""

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
    near_scan: bool | None = None,
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
        near_scan: whether kernels make the largest parts; None: where they pay. Results are the same.

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
    ruling = Ruling(
        settings, catalog.policy(settings.contribution_policy), catalog.workloads(), method_of(settings, snapshot)
    )
    scorecards = applying_scorecards(catalog, settings, months_between(month - (count - 1), month))
    making = Making(store, ResultFiles(store.layout.home), snapshot, engine, progress, near_scan)
    making.files.sweep()
    latest = {edition.month: edition for edition in store.editions()}
    manifests = edition_manifests(making, ruling, scorecards)
    return [_kept(store, latest.get(manifest.data_month), manifest, now) for manifest in manifests]


def edition_manifests(
    making: Making, ruling: Ruling, scorecards: Mapping[Month, Sequence[AppliedScorecard]]
) -> list[Manifest]:
    """
    Return what the editions of some months hold, oldest first, making the results that are missing.

    Args:
        making: where results are kept and made.
        ruling: the rule sets of the eight metrics.
        scorecards: the months, each with the scorecards that apply in it; they follow one another.
    """
    editions = sorted(scorecards)
    months = result_months(editions[-1], len(editions))
    keys = keys_of(months, ruling, making.snapshot)
    try:
        _build_missing(making, ruling, keys)
        scores = score_entries(making, scorecards)
    finally:
        making.read.use.keep()
    dimensions = _dimensions(making)
    entries = _entries(making.store, keys)
    return [
        _scored(
            _manifest(data_month, ruling, making.snapshot, entries, dimensions, months),
            scorecards[data_month],
            scores[data_month],
        )
        for data_month in editions
    ]


def applying_scorecards(
    catalog: Catalog, settings: ProgramSettings, months: Sequence[Month]
) -> dict[Month, list[AppliedScorecard]]:
    """
    Return the program's scorecards in the versions of each data month; those that began later are left out.

    Raises:
        DefinitionError: a scorecard is not known or has faults.
    """
    begins = {version.id: version.effective_from for version in reversed(catalog.scorecard_versions())}
    return {
        month: [
            applied_scorecard(catalog, settings, catalog.scorecard(name, month))
            for name in settings.scorecards
            if name not in begins or begins[name] <= month.last_day
        ]
        for month in months
    }


def _scored(
    manifest: Manifest, applied: Sequence[AppliedScorecard], tables: Mapping[str, Mapping[Month, TableEntry]]
) -> Manifest:
    """The manifest with the scorecards of its month and their series."""
    rule_sets = {name: digest for scorecard in applied for name, digest in scorecard.digests.items()}
    definitions = {name: text for scorecard in applied for name, text in scorecard.texts.items()}
    months = {month: dict(entries) for month, entries in manifest.months.items()}
    for name, by_month in tables.items():
        for month, entry in by_month.items():
            months.setdefault(str(month), {})[name] = entry
    return manifest.model_copy(
        update={
            "rule_sets": manifest.rule_sets | rule_sets,
            "definitions": manifest.definitions | definitions,
            "months": dict(sorted(months.items())),
        }
    )


def _kept(store: Store, latest: Edition | None, manifest: Manifest, now: datetime) -> Edition:
    """The edition of a manifest: the latest one of its month when it says the same, else a new one."""
    if latest is not None and latest.digest == manifest.digest:
        return latest
    number = store.add_edition(
        month=manifest.data_month, digest=manifest.digest, built_at=now, manifest=manifest.model_dump_json()
    )
    return store.edition(number)


def _build_missing(making: Making, ruling: Ruling, keys: Mapping[str, tuple[Part, Month]]) -> None:
    there = making.held(table_key for key, (part, _) in keys.items() for table_key in table_keys(part, key).values())
    missing: dict[Part, list[Month]] = {}
    for key, (part, month) in keys.items():
        if not there.issuperset(table_keys(part, key).values()):
            missing.setdefault(part, []).append(month)
    key_of = {(part, month): key for key, (part, month) in keys.items()}
    rules = Rules(ruling.policy.definition, ruling.workloads.definition, ruling.settings.reporting_currency)
    for span, wanted in spans(missing, facts_from(making.snapshot)):
        running = making.engine()
        try:
            read = making.read if making.is_near_scan(running, span) else None
            made = Pass(running, making.snapshot, span, rules, making.progress, read=read).results(
                wanted, _priors(making, ruling, wanted)
            )
            # One transaction a part: a killed build keeps the parts that are done.
            for part, results in groupby(made, key=lambda result: result.part):
                named = (
                    ((key, name, result.month), result.tables[name])
                    for result in results
                    for name, key in table_keys(part, key_of[part, result.month]).items()
                )
                making.store.results_add(
                    [Result(*told, digest, rows, size) for told, rows, digest, size in making.written(named)]
                )
        finally:
            running.close()


def _priors(making: Making, ruling: Ruling, wanted: Mapping[Part, list[Month]]) -> dict[Part, pa.Table]:
    """The cells of the month before, for parts that get few new months and whose cells add up."""
    keys = {
        part: result_key(part, min(months) - 1, ruling, making.snapshot)
        for part, months in wanted.items()
        if part.goes_on and max(months) - min(months) + 1 == len(months) < LONGEST_STEP
    }
    held = making.held(keys.values())
    there = making.store.results_find(held)
    return {part: making.files.read(there[key].digest) for part, key in keys.items() if key in held}


def _dimensions(making: Making) -> dict[str, TableEntry]:
    snapshot = making.snapshot
    running = making.engine()
    try:
        for table in ("partners", "products", "customers", "exam_passes"):
            running.scan(table, snapshot.files(table), snapshot.columns(table))
        entries = {}
        for name, select in DIMENSIONS.items():
            table = running.fetch(select)
            digest, size = making.files.write(table)
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
        definitions={
            f"credit policy {settings.contribution_policy}": ruling.policy.definition.model_dump_json(),
            "workloads": ruling.workloads.definition.model_dump_json(),
        },
        last_load=snapshot.last_load,
        parameters={
            "program": settings.name,
            "reporting_currency": settings.reporting_currency,
            "time_zone": settings.time_zone,
            "contribution_policy": settings.contribution_policy,
            "mau_method": ruling.method.value,
            "k": str(settings.benchmark.k),
            "banding": settings.benchmark.banding,
            **({VISIBLE_CUSTOMERS_ONLY: "true"} if snapshot.visible_customers_only else {}),
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
