"""The commands about scores: one partner, all of them, the scorecards, and replays of editions."""

import sys
from pathlib import Path

from partnerlens.app.scores import Changes
from partnerlens.app.workspace import Workspace
from partnerlens.cli.arguments import association, number, pairs, whole_number
from partnerlens.cli.render import csv_text, rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.cli.roll_off import leaving_view
from partnerlens.cli.score_render import score_view, scores_view
from partnerlens.document.score import score_document, scorecard_document
from partnerlens.errors import DefinitionError, UsageError


def score(
    reply: Reply,
    *,
    home: Path,
    partner: str,
    scorecards: list[str],
    month: str | None,
    track: str | None,
    costs: list[str],
    added: list[str],
    values: list[str],
    associations: list[str],
    roll_off: bool,
) -> int:
    """Show a score, or several scorecards one after the other."""
    changes = Changes(
        values=pairs("--set", values, number),
        added=pairs("--add", added, whole_number),
        associations=tuple(association(text) for text in associations),
    )
    if roll_off and not changes.is_empty:
        raise UsageError(
            "--roll-off counts rows, and what is supposed has none", "leave --add, --set and --associate out"
        )
    names: list[str | None] = [*scorecards] or [None]
    with Workspace.open(home, resident=False) as workspace:
        answers = [
            workspace.score(
                partner,
                scorecard=name,
                month=month,
                track=track,
                costs=pairs("--cost", costs, number),
                changes=changes,
            )
            for name in names
        ]
        leaving = [
            workspace.roll_off_months(partner, scorecard=name, month=month, track=answer.score.track)
            if roll_off
            else None
            for name, answer in zip(names, answers, strict=True)
        ]
    documents = [score_document(answer, rows) for answer, rows in zip(answers, leaving, strict=True)]
    views = [
        view
        for answer, rows in zip(answers, leaving, strict=True)
        for view in (score_view(answer), *leaving_view(answer.score, rows))
    ]
    reply.give(documents if len(documents) > 1 else documents[0], *views)
    return DONE


def scores(
    reply: Reply, *, home: Path, scorecard: str | None, month: str | None, track: str | None, file_format: str
) -> int:
    """List the scores of all partners."""
    if file_format not in {"table", "csv"}:
        raise UsageError(f"there is no format '{file_format}'", "use table or csv")
    with Workspace.open(home, resident=False) as workspace:
        table = workspace.scores(scorecard=scorecard, month=month, track=track)
    rows = [list(row.values()) for row in table.to_pylist()]
    if file_format == "csv" and not reply.as_json:
        sys.stdout.write(csv_text(table.column_names, rows))
    else:
        reply.give(table.to_pylist(), scores_view(table))
    return DONE


def scorecards(reply: Reply, *, home: Path) -> int:
    """List the scorecards, after checking them all."""
    catalog = Workspace.catalog_of(home)
    faults = catalog.check_scorecards()
    if faults:
        raise DefinitionError("\n".join(faults))
    versions = catalog.scorecard_versions()
    rows = [
        (
            version.id,
            version.version,
            version.effective_until or "",
            ", ".join(version.tracks),
            version.title,
            version.origin,
        )
        for version in versions
    ]
    columns = ["scorecard", "version", "until", "tracks", "title", "origin"]
    reply.give(
        [{**scorecard_document(version), "origin": version.origin} for version in versions], rows_view(columns, rows)
    )
    return DONE


def replay(reply: Reply, *, home: Path, edition: int) -> int:
    """Compute an edition again and compare it."""
    with Workspace.open(home) as workspace, reply.progress() as progress:
        replayed = workspace.replay(edition, progress=progress)
    differing = [table for table in replayed.tables if not table.is_equal]
    document = {
        "edition": replayed.edition,
        "month": replayed.month,
        "as_of_load": replayed.as_of_load,
        "equal": replayed.is_equal,
        "same_code": replayed.is_same_code,
        "tables": len(replayed.tables),
        "different": [{"month": table.month, "table": table.name} for table in differing],
    }
    code = "" if replayed.is_same_code else ", though this version of the code is another one"
    equal = f"edition {edition} ({replayed.month}): all {len(replayed.tables)} tables have the same bytes{code}"
    if replayed.is_equal:
        reply.give(document, equal)
        return DONE
    rows = [(table.month or "all", table.name) for table in differing]
    reply.give(document, f"edition {edition} ({replayed.month}) differs{code}:", rows_view(["month", "table"], rows))
    return 3
