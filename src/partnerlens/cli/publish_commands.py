"""What the command that publishes does: publish, or say what would change."""

from fractions import Fraction
from pathlib import Path

from partnerlens.app.publications import PublicationPreview, ScorecardPreview
from partnerlens.app.workspace import Workspace
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.publication import (
    TierChangeDocument,
    publication_preview_document,
    tier_change_documents,
)
from partnerlens.units import rounded_text

NOT_THERE = "not there"
"""What stands for the tier of a partner that an edition does not know."""


def publish(reply: Reply, *, home: Path, month: str, dry_run: bool) -> int:
    """Publish the latest edition of a month, or say which partners would change tier."""
    with Workspace.open(home, resident=False) as workspace:
        if dry_run:
            return _preview(reply, workspace.publication_preview(month))
        publication = workspace.publish(month)
    document = {"month": month, "edition": publication.edition, "published_at": publication.published_at.isoformat()}
    reply.give(document, f"readers of {month} now see edition {publication.edition}")
    return DONE


def _preview(reply: Reply, preview: PublicationPreview) -> int:
    changes = tier_change_documents(preview)
    scorecards = [_scorecard_row(each) for each in preview.scorecards]
    partners = [_change_row(change) for change in changes]
    columns = ["scorecard", "partner", "name", "tier", "would become", "points", "would be"]
    reply.give(
        {**publication_preview_document(preview), "changes": changes},
        _sentence(preview),
        *([rows_view(["scorecard", "compared", "change tier", "up", "down", ""], scorecards)] if scorecards else []),
        *([rows_view(columns, partners)] if partners else []),
    )
    reply.note("nothing is published: leave --dry-run out to publish")
    return DONE


def _sentence(preview: PublicationPreview) -> str:
    month, edition = preview.month, preview.edition
    if preview.before is None:
        return f"readers of {month} would see edition {edition}; nothing was published for it before"
    if preview.before == edition:
        return f"readers of {month} see edition {edition} already; nothing would change"
    return f"readers of {month} would see edition {edition} instead of edition {preview.before}"


def _scorecard_row(preview: ScorecardPreview) -> tuple[object, ...]:
    remark = ""
    if preview.version_before is None or preview.version is None:
        which = "published" if preview.version_before is None else "new"
        remark = f"not compared: the {which} edition does not hold it"
    elif preview.version != preview.version_before:
        remark = f"version {preview.version_before}, would be {preview.version}"
    counts = preview.count(), preview.count("up"), preview.count("down")
    return (preview.scorecard.id, preview.compared, *counts, remark)


def _change_row(change: TierChangeDocument) -> tuple[str, ...]:
    return (
        change["scorecard"],
        change["partner"],
        change["partner_name"],
        change["tier_before"] or NOT_THERE,
        change["tier"] or NOT_THERE,
        _points(change["points_before"]),
        _points(change["points"]),
    )


def _points(points: str | None) -> str:
    return "" if points is None else rounded_text(Fraction(points), 1)
