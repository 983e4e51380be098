"""What each command does: call one verb, then render it for people or as one JSON document."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from partnerlens.app.demo import make_demo
from partnerlens.app.doctor import examine
from partnerlens.app.workspace import Workspace
from partnerlens.cli import (
    adoption_commands,
    band_commands,
    difference_commands,
    explain_commands,
    findings_commands,
    publish_commands,
    reconcile_commands,
    retention_commands,
    score_commands,
)
from partnerlens.cli.arguments import moment
from partnerlens.cli.render import answer_view, csv_text, error_view, rows_view
from partnerlens.cli.reply import DONE, DONE_WITH_REJECTS, Reply
from partnerlens.document.answer import answer_document
from partnerlens.document.facts import (
    edition_document,
    listed_edition_document,
    load_document,
    mismatch_document,
    rejection_document,
    report_document,
    report_sentences,
)
from partnerlens.errors import PartnerlensError, ResourceError, UsageError, did_you_mean
from partnerlens.model.facts import TABLES
from partnerlens.model.result import Filter
from partnerlens.months import Month
from partnerlens.sample import write_sample


def run(command: str, *, as_json: bool, arguments: dict[str, Any]) -> int:
    """
    Run a command and return its exit code.

    Errors that a user can act on are printed without a traceback, on standard error; with JSON they are also the
    document on standard output.
    """
    return run_with(_COMMANDS[command], as_json=as_json, arguments=arguments)


def run_with(command: Callable[..., int], *, as_json: bool, arguments: dict[str, Any]) -> int:
    """Run what a command does; see ``run``."""
    reply = Reply(as_json=as_json)
    try:
        code = command(reply, **arguments)
        sys.stdout.flush()
    except PartnerlensError as error:
        return _failed(reply, error)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; nothing is left to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        problem = f"'{error.filename or 'a file'}' cannot be used: {error.strerror or error}"
        return _failed(reply, ResourceError(problem, "check the name, the permissions and the free space"))
    return code


def _failed(reply: Reply, error: PartnerlensError) -> int:
    if reply.as_json:
        reply.give({"error": {"code": error.code, "problem": error.problem, "remedy": error.remedy}})
    error_view(error.problem, error.remedy, reply.messages)
    return error.exit_code


def _demo(reply: Reply, *, home: Path, partners: int, customers: int, months: int, seed: int) -> int:
    with reply.progress() as progress:
        made = make_demo(home, partners=partners, customers=customers, months=months, seed=seed, progress=progress)
    shown = f"partnerlens show {made.partner_id} --home {home}"
    document = {
        "home": str(made.home),
        "month": made.month,
        "partner": made.partner_id,
        "rows": made.rows,
        "quarantined": made.quarantined,
    }
    if reply.as_json:
        reply.give(document)
        return DONE
    reply.note(f"{made.rows:,} rows of a made-up program are loaded, built and published in '{home}'.")
    reply.note(f"\nLook at a partner with: {shown}")
    return DONE


def _sample(
    reply: Reply,
    *,
    folder: Path,
    partners: int,
    customers: int,
    months: int,
    seed: int,
    last_month: str,
    file_format: str,
) -> int:
    if file_format not in {"csv", "parquet"}:
        raise UsageError(f"there is no format '{file_format}'", "use csv or parquet")
    with reply.progress() as progress:
        report = write_sample(
            folder,
            partners=partners,
            customers=customers,
            months=months,
            seed=seed,
            last_month=Month.parse(last_month),
            format="parquet" if file_format == "parquet" else "csv",
            progress=progress,
        )
    files = [{"file": str(file.path), "table": file.table, "rows": file.rows} for file in report.files]
    rows = [(str(file.path), file.table, file.rows) for file in report.files]
    reply.give({"files": files}, rows_view(["file", "table", "rows"], rows))
    return DONE


def _init(reply: Reply, *, home: Path, name: str, currency: str) -> int:
    Workspace.init(home, name=name, reporting_currency=currency).close()
    reply.give({"home": str(home)}, f"'{home}' is a workspace now; load files with 'partnerlens load FILE...'")
    return DONE


def _template(reply: Reply, *, table: str) -> int:
    if table not in TABLES:
        raise UsageError(
            f"there is no fact table '{table}'", did_you_mean(table, TABLES) or f"tables are {', '.join(TABLES)}"
        )
    columns = TABLES[table].names
    if reply.as_json:
        reply.give({"table": table, "columns": list(columns)})
    else:
        sys.stdout.write(",".join(columns) + "\n")
    return DONE


def _load(reply: Reply, *, home: Path, files: list[Path], table: str | None, mapping: str | None) -> int:
    with Workspace.open(home) as workspace, reply.progress() as progress:
        reports = list(workspace.load(files, table=table, mapping=mapping, progress=progress, on_wait=reply.note))
    rows = [
        (
            report.load,
            report.file,
            balance.table,
            balance.rows_in,
            balance.loaded,
            balance.duplicate,
            balance.replaced,
            balance.quarantined,
        )
        for report in reports
        for balance in report.balances
    ]
    columns = ["load", "file", "table", "rows", "loaded", "duplicate", "replaced", "quarantined"]
    reply.give([report_document(report) for report in reports], rows_view(columns, rows))
    for report in reports:
        for sentence in report_sentences(report):
            reply.note(f"{report.file}: {sentence}")
    released = sum(report.released_count for report in reports)
    if released:
        reply.note(f"{released:,} rows left the quarantine because what they waited for has arrived")
    rejected = sum(report.quarantined_count for report in reports)
    if rejected:
        reply.note(f"{rejected:,} rows are in quarantine; see why with 'partnerlens quarantine'")
    return DONE_WITH_REJECTS if rejected else DONE


def _loads(reply: Reply, *, home: Path) -> int:
    with Workspace.open(home) as workspace:
        listed = workspace.loads()
    rows = [
        (
            load.id,
            f"{load.finished_at:%Y-%m-%d %H:%M}",
            load.file,
            balance.table,
            balance.rows_in,
            balance.loaded,
            balance.duplicate,
            balance.replaced,
            balance.quarantined,
        )
        for load in listed
        for balance in load.balances
    ]
    columns = ["load", "finished (UTC)", "file", "table", "rows", "loaded", "duplicate", "replaced", "quarantined"]
    reply.give([load_document(load) for load in listed], rows_view(columns, rows))
    return DONE


def _quarantine(reply: Reply, *, home: Path, number: int | None, limit: int) -> int:
    with Workspace.open(home) as workspace:
        everything = reply.as_json or not limit
        shown = workspace.quarantine(number, limit=None if everything else limit)
        count = workspace.quarantine_count(number)
    rows = [
        (
            entry.load,
            f"{entry.file}{'' if entry.line is None else f':{entry.line}'}",
            entry.column,
            entry.value,
            entry.rule,
            f"{entry.problem}; {entry.remedy}",
        )
        for entry in shown
    ]
    columns = ["load", "place", "column", "value", "rule", "what and what to do"]
    reply.give([rejection_document(entry) for entry in shown], rows_view(columns, rows))
    if len(shown) < count:
        reply.note(f"{count - len(shown):,} more; list all with --limit 0")
    return DONE


def _mismatches(reply: Reply, *, home: Path, number: int | None, limit: int) -> int:
    with Workspace.open(home) as workspace:
        everything = reply.as_json or not limit
        shown = workspace.mismatches(number, limit=None if everything else limit)
        count = workspace.mismatch_count(number)
    rows = [
        (
            entry.load,
            f"{entry.file}{'' if entry.line is None else f':{entry.line}'}",
            entry.column,
            entry.value,
            entry.computed,
            entry.formula,
        )
        for entry in shown
    ]
    columns = ["load", "place", "column", "value", "computed", "formula"]
    reply.give([mismatch_document(entry) for entry in shown], rows_view(columns, rows))
    if len(shown) < count:
        reply.note(f"{count - len(shown):,} more; list all with --limit 0")
    return DONE


def _build(reply: Reply, *, home: Path, month: str, months: int, engine: str, remote: str | None) -> int:
    with Workspace.open(home) as workspace, reply.progress() as progress:
        built = workspace.build(
            month, months=months, engine=engine, remote=remote, progress=progress, on_wait=reply.note
        )
    rows = [(edition.number, str(edition.month), edition.digest[:12]) for edition in built]
    reply.give([edition_document(edition) for edition in built], rows_view(["edition", "month", "digest"], rows))
    return DONE


def _editions(reply: Reply, *, home: Path, as_of: str | None) -> int:
    with Workspace.open(home) as workspace:
        listed = workspace.editions(as_of=None if as_of is None else moment(as_of))
    documents = [listed_edition_document(entry.edition, entry.published_at) for entry in listed]
    rows = [
        (
            entry.edition.number,
            str(entry.edition.month),
            f"{entry.edition.built_at:%Y-%m-%d %H:%M}",
            f"{entry.published_at:%Y-%m-%d %H:%M}" if entry.published_at else "",
            entry.edition.digest[:12],
        )
        for entry in listed
    ]
    reply.give(documents, rows_view(["edition", "month", "built (UTC)", "published (UTC)", "digest"], rows))
    return DONE


def _show(
    reply: Reply,
    *,
    home: Path,
    partner: str,
    month: str | None,
    products: list[str],
    workloads: list[str],
    countries: list[str],
) -> int:
    with Workspace.open(home, resident=False) as workspace:
        asked = Filter(frozenset(products), frozenset(workloads), frozenset(countries))
        answers = workspace.answers(month)
        answer = answers.answer(partner, asked, exact_ranges=True)
        manifest = answers.edition.manifest
        as_of = f"data as of {manifest.data_as_of:%Y-%m-%d %H:%M} UTC" if manifest.data_as_of else "no loads"
        rests_on = f"{as_of} · credit policy {manifest.parameters['contribution_policy']}"
        reply.give(answer_document(answer), answer_view(answer, program=manifest.parameters["program"], as_of=rests_on))
    return DONE


def _values(
    reply: Reply,
    *,
    home: Path,
    metric: str,
    month: str | None,
    products: list[str],
    workloads: list[str],
    countries: list[str],
    file_format: str,
) -> int:
    if file_format not in {"table", "csv"}:
        raise UsageError(f"there is no format '{file_format}'", "use table or csv")
    with Workspace.open(home, resident=False) as workspace:
        table = workspace.values(metric, month=month, products=products, workloads=workloads, countries=countries)
    rows = table.to_pylist()
    if file_format == "csv" and not reply.as_json:
        sys.stdout.write(csv_text(table.column_names, [list(row.values()) for row in rows]))
        return DONE
    documents = [{**row, "flags": [flag for flag in row["flags"].split(";") if flag]} for row in rows]
    reply.give(documents, rows_view(table.column_names, [list(row.values()) for row in rows]))
    return DONE


def _doctor(reply: Reply, *, home: Path, deep: bool) -> int:
    checks = examine(home, deep=deep)
    documents = [
        {"check": check.name, "passed": check.passed, "finding": check.finding, "remedy": check.remedy}
        for check in checks
    ]
    rows = [
        ("ok" if check.passed else "FAIL", check.name, f"{check.finding}{check.remedy and '; ' + check.remedy}")
        for check in checks
    ]
    reply.give(documents, rows_view(["", "check", "finding"], rows))
    return DONE if all(check.passed for check in checks) else 3


_COMMANDS: dict[str, Callable[..., int]] = {
    "demo": _demo,
    "sample": _sample,
    "init": _init,
    "template": _template,
    "load": _load,
    "loads": _loads,
    "quarantine": _quarantine,
    "mismatches": _mismatches,
    "build": _build,
    "publish": publish_commands.publish,
    "editions": _editions,
    "show": _show,
    "values": _values,
    "band": band_commands.band,
    "score": score_commands.score,
    "scores": score_commands.scores,
    "scorecards": score_commands.scorecards,
    "findings": findings_commands.findings,
    "reconcile": reconcile_commands.reconcile,
    "adoption": adoption_commands.adoption,
    "replay": score_commands.replay,
    "explain": explain_commands.explain,
    "difference": difference_commands.difference,
    "bridge": difference_commands.bridge,
    "prune": retention_commands.prune,
    "compact": retention_commands.compact,
    "doctor": _doctor,
}
