"""Checks of the installation and of a workspace, each with what to do when it fails."""

import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from partnerlens import __version__
from partnerlens.app.applied import check_applied
from partnerlens.catalog.catalog import Catalog
from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.errors import DefinitionError, PartnerlensError
from partnerlens.model.edition import Manifest
from partnerlens.model.facts import TABLES
from partnerlens.settings import PROGRAM_FILE, read_settings
from partnerlens.store import Layout, Store
from partnerlens.store.layout import INTERNAL_TABLES
from partnerlens.store.result_files import ResultFiles

SPARE_BYTES = 1_000_000_000
"""Free space below which a build may fail. Unit: bytes."""


@dataclass(frozen=True)
class Check:
    """
    One check.

    Attributes:
        name: what was checked.
        passed: whether it is as it should be.
        finding: what was found.
        remedy: what to do; empty when it passed.
    """

    name: str
    passed: bool
    finding: str
    remedy: str = ""


def examine(home: Path, *, deep: bool) -> list[Check]:
    """
    Return the checks of the installation and, where there is one, of the workspace.

    Args:
        home: the workspace.
        deep: also read every file and compare its digest.
    """
    checks = [
        Check("Partnerlens", passed=True, finding=f"{__version__} on Python {sys.version.split()[0]}"),
        _check("engine", _engine),
        _check("disk", lambda: _disk(home)),
    ]
    if not (home / PROGRAM_FILE).exists():
        remedy = "make one with 'partnerlens init', or name one with --home"
        return [*checks, Check("workspace", passed=False, finding=f"'{home}' has no {PROGRAM_FILE}", remedy=remedy)]
    checks += [
        _check("settings", lambda: _settings(home)),
        _check("definitions", lambda: _definitions(home)),
        _check("scorecards", lambda: _scorecards(home)),
    ]
    if Layout(home).ledger.exists():
        checks += [_check("ledger", lambda: _ledger(home)), _check("facts", lambda: _facts(home, deep=deep))]
        checks += [
            _check("editions", lambda: _editions(home, deep=deep)),
            _check("quarantine", lambda: _quarantine(home)),
        ]
    return checks


def _check(name: str, examined: Callable[[], str]) -> Check:
    try:
        return Check(name, passed=True, finding=examined())
    except PartnerlensError as error:
        return Check(name, passed=False, finding=error.problem, remedy=error.remedy)


def _engine() -> str:
    with DuckDBEngine() as engine:
        engine.rows("SELECT 1")
    return f"DuckDB {version('duckdb')}, PyArrow {version('pyarrow')}, SQLite {sqlite3.sqlite_version}"


def _disk(home: Path) -> str:
    folder = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.exists())
    free = shutil.disk_usage(folder).free
    if free < SPARE_BYTES:
        raise PartnerlensError(f"only {free / 1e9:.1f} GB are free", "free some space before the next load or build")
    return f"{free / 1e9:,.1f} GB free"


def _settings(home: Path) -> str:
    settings = read_settings(home)
    with Store.open(home, create=True) as store:
        snapshot = store.snapshot()
    snapshot.check_settings(reporting_currency=settings.reporting_currency, time_zone=settings.time_zone)
    return f"'{settings.name}', {settings.reporting_currency}, {settings.time_zone}"


def _definitions(home: Path) -> str:
    catalog = Catalog(home)
    policies = catalog.names("policies")
    for policy in policies:
        catalog.policy(policy)
    workloads = catalog.workloads().definition.workloads
    if faults := catalog.check_scorecards():
        raise DefinitionError("\n".join(faults))
    versions = catalog.scorecard_versions()
    scorecards = len({version.id for version in versions})
    return (
        f"{len(policies)} credit policies, {len(workloads)} workloads with exam lists, "
        f"{scorecards} scorecards in {len(versions)} versions"
    )


def _scorecards(home: Path) -> str:
    settings = read_settings(home)
    check_applied(home, Catalog(home), settings)
    return f"the program applies {', '.join(settings.scorecards) or 'none'}"


def _ledger(home: Path) -> str:
    with Store.open(home) as store:
        loads = store.loads()
    return f"{len(loads)} loads"


def _facts(home: Path, *, deep: bool) -> str:
    with Store.open(home) as store:
        snapshot = store.snapshot()
    files = [
        (snapshot.folder / file.path, file.size_bytes, file.sha256)
        for table in (*TABLES, *INTERNAL_TABLES)
        for file in snapshot.fact_files(table)
    ]
    _intact(files, deep=deep, remedy="restore the workspace from a backup, or load the facts into a new one")
    return f"{len(files)} files, {sum(size for _, size, _ in files) / 1e6:,.1f} MB"


def _editions(home: Path, *, deep: bool) -> str:
    results = ResultFiles(home)
    with Store.open(home) as store:
        editions = store.editions()
    files = {
        (results.path(entry.digest), entry.size_bytes, entry.digest)
        for edition in editions
        for manifest in [Manifest.model_validate_json(edition.manifest)]
        for tables in (manifest.dimensions, *manifest.months.values())
        for entry in tables.values()
    }
    _intact(list(files), deep=deep, remedy="build the edition's month again")
    return f"{len(editions)} editions, {sum(size for _, size, _ in files) / 1e6:,.1f} MB"


def _quarantine(home: Path) -> str:
    with Store.open(home) as store:
        faults = store.quarantine_count()
    return f"{faults:,} faults of rejected rows; see 'partnerlens quarantine'" if faults else "empty"


def _intact(files: list[tuple[Path, int, str]], *, deep: bool, remedy: str) -> None:
    for path, size, digest in files:
        if not path.is_file() or path.stat().st_size != size:
            raise PartnerlensError(f"'{path.name}' is missing or has another size", remedy)
        if deep and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise PartnerlensError(f"'{path.name}' was changed", remedy)
