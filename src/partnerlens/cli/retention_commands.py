"""The commands that keep a store small."""

from pathlib import Path

from partnerlens.app.workspace import Workspace
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.errors import UsageError


def prune(reply: Reply, *, home: Path, is_asked: bool, keep: int, dry_run: bool) -> int:
    """Remove old editions, or say which would go."""
    if not is_asked:
        raise UsageError("--keep and --dry-run say how editions are removed", "add --prune, or leave them out")
    with Workspace.open(home) as workspace:
        removed = workspace.prune(keep=keep, dry_run=dry_run, on_wait=reply.note)
    document = {
        "is_dry_run": dry_run,
        "editions": [edition.number for edition in removed.editions],
        "results": removed.results,
        "files": removed.files,
        "size_bytes": removed.size_bytes,
    }
    rows = [
        (edition.number, str(edition.month), f"{edition.built_at:%Y-%m-%d %H:%M}", edition.digest[:12])
        for edition in removed.editions
    ]
    verb = "would go" if dry_run else "are gone"
    reply.give(document, rows_view(["edition", "month", "built (UTC)", "digest"], rows))
    reply.note(
        f"{len(removed.editions):,} editions, {removed.results:,} results and {removed.files:,} files "
        f"({removed.size_bytes / 1e6:,.1f} MB) {verb}"
    )
    return DONE


def compact(reply: Reply, *, home: Path, dry_run: bool) -> int:
    """Merge small files of facts, or say how many would be."""
    with Workspace.open(home) as workspace:
        done = workspace.compact(dry_run=dry_run, on_wait=reply.note)
    document = {
        "is_dry_run": dry_run,
        "merged": done.merged,
        "made": done.made,
        "removed": done.removed,
        "removed_bytes": done.removed_bytes,
    }
    would = "would become" if dry_run else "became"
    leave = "would leave" if dry_run else "left"
    reply.give(
        document,
        f"{done.merged:,} files {would} {done.made:,}; {done.removed:,} replaced files "
        f"({done.removed_bytes / 1e6:,.1f} MB) {leave} the disk",
    )
    return DONE
