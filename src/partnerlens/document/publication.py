"""What publishing a month would change, as JSON documents."""

from typing_extensions import TypedDict

from partnerlens.app.publications import PublicationPreview
from partnerlens.document.score import NO_TIER
from partnerlens.score.tier_changes import Standing
from partnerlens.units import exact_fraction


class ScorecardPreviewDocument(TypedDict):
    """One scorecard in two editions; a version is null where the edition does not hold it, and nothing is compared."""

    scorecard: str
    title: str
    version_before: str | None
    version: str | None
    compared: int
    changed: int
    up: int
    down: int


class TierChangeDocument(TypedDict):
    """
    A partner whose tier changes under a scorecard.

    Tiers and points are null where the edition does not know the partner; a tier is ``none`` where it reaches none.
    """

    scorecard: str
    partner: str
    partner_name: str
    track_before: str | None
    track: str | None
    tier_before: str | None
    tier: str | None
    points_before: str | None
    points: str | None
    direction: str | None


class PublicationPreviewDocument(TypedDict):
    """What publishing a month would change; ``edition_before`` null where nothing is published."""

    month: str
    edition: int
    edition_before: int | None
    changed: int
    scorecards: list[ScorecardPreviewDocument]


def publication_preview_document(preview: PublicationPreview) -> PublicationPreviewDocument:
    """Return what publishing a month would change as JSON, without the partners."""
    return {
        "month": str(preview.month),
        "edition": preview.edition,
        "edition_before": preview.before,
        "changed": preview.changed,
        "scorecards": [
            {
                "scorecard": each.scorecard.id,
                "title": each.scorecard.title,
                "version_before": each.version_before,
                "version": each.version,
                "compared": each.compared,
                "changed": each.count(),
                "up": each.count("up"),
                "down": each.count("down"),
            }
            for each in preview.scorecards
        ],
    }


def tier_change_documents(preview: PublicationPreview) -> list[TierChangeDocument]:
    """Return the partners whose tier changes as JSON, by scorecard and partner."""
    return [
        {
            "scorecard": each.scorecard.id,
            "partner": change.partner_id,
            "partner_name": preview.names[change.partner_id],
            "track_before": None if change.before is None else change.before.track,
            "track": None if change.after is None else change.after.track,
            "tier_before": _tier(change.before),
            "tier": _tier(change.after),
            "points_before": _points(change.before),
            "points": _points(change.after),
            "direction": change.direction,
        }
        for each in preview.scorecards
        for change in each.changes
    ]


def _tier(standing: Standing | None) -> str | None:
    return None if standing is None else standing.tier or NO_TIER


def _points(standing: Standing | None) -> str | None:
    return None if standing is None else exact_fraction(standing.points)
