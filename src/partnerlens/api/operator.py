"""What operators ask and do: all partners, editions, quarantine, the audit trail."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from partnerlens.api.idempotency import KeyHeader, once
from partnerlens.api.parameters import (
    Asker,
    LimitQuery,
    LoadQuery,
    MetricPath,
    MonthPath,
    MonthQuery,
    OffsetQuery,
    Question,
    ScorecardQuery,
    TrackQuery,
)
from partnerlens.api.reply import Page, document_reply, page_of
from partnerlens.document.facts import (
    EditionDocument,
    ListedEditionDocument,
    LoadDocument,
    RejectionDocument,
    edition_document,
    listed_edition_document,
    load_document,
    rejection_document,
)
from partnerlens.document.publication import (
    PublicationPreviewDocument,
    TierChangeDocument,
    publication_preview_document,
    tier_change_documents,
)

router = APIRouter()

BuildMonths = Annotated[int, Query(description="How many months, counted back.", ge=1, le=120)]


class ValueDocument(TypedDict):
    """One metric of one partner."""

    partner_id: str
    value: str | None
    numerator: str | None
    denominator: str | None
    band: int | None
    in_cohort: bool
    flags: list[str]


class ValuesDocument(Page):
    """One metric of some partners, by partner id."""

    values: list[ValueDocument]


class ScoresDocument(Page):
    """The scores of some partners: partner, track, points, tier, then value and points of each indicator."""

    scores: list[dict[str, Any]]


class LoadsDocument(Page):
    """Some loads, oldest first."""

    loads: list[LoadDocument]


class QuarantineDocument(Page):
    """Some faults of rows in quarantine."""

    rejections: list[RejectionDocument]


class PublicationDocument(TypedDict):
    """Which edition the readers of a month see."""

    month: str
    edition: int
    published_at: str


class PublicationPreviewPage(Page, PublicationPreviewDocument):
    """What publishing a month would change, with some of the partners whose tier changes."""

    changes: list[TierChangeDocument]


class AuditDocument(TypedDict):
    """Something that was done; ``user`` null where nobody was signed in."""

    number: int
    at: str
    user: str | None
    email: str
    action: str
    subject: str
    detail: str


class AuditPageDocument(Page):
    """Some of what was done, latest first."""

    entries: list[AuditDocument]


@router.get("/values/{metric}", response_model=ValuesDocument, summary="One metric of all partners")
def values(
    request: Request,
    desk: Asker,
    metric: MetricPath,
    question: Question,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return one metric of all partners, accounts and locations, some at a time; for operators."""
    table = desk.values(metric, **question.words)
    page = page_of(request, total=table.num_rows, limit=limit, offset=offset)
    listed = [
        {**row, "flags": [flag for flag in row["flags"].split(";") if flag]}
        for row in table.slice(offset, limit).to_pylist()
    ]
    return document_reply(request, {**page, "values": listed}, page=page)


@router.get("/scores", response_model=ScoresDocument, summary="The scores of all partners")
def scores(
    request: Request,
    desk: Asker,
    scorecard: ScorecardQuery = None,
    month: MonthQuery = None,
    track: TrackQuery = None,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the scores of all partners, some at a time; for operators."""
    table = desk.scores(scorecard=scorecard, month=month, track=track)
    page = page_of(request, total=table.num_rows, limit=limit, offset=offset)
    return document_reply(request, {**page, "scores": table.slice(offset, limit).to_pylist()}, page=page)


@router.get("/editions", response_model=list[ListedEditionDocument], summary="All editions")
def editions(request: Request, desk: Asker) -> Response:
    """Return all editions by number, with whether readers see them; for operators."""
    documents = [listed_edition_document(entry.edition, entry.published_at) for entry in desk.editions()]
    return document_reply(request, documents)


@router.post("/months/{month}/editions", response_model=list[EditionDocument], summary="Build a month")
def build(request: Request, desk: Asker, month: MonthPath, months: BuildMonths = 1, key: KeyHeader = None) -> Response:
    """Build the editions of a month and of those before it; readers are not disturbed; for operators."""
    return once(
        request,
        desk,
        key,
        lambda: (200, [edition_document(edition) for edition in desk.build(month, months=months)]),
    )


@router.post("/months/{month}/publication", response_model=PublicationDocument, summary="Publish a month")
def publish(request: Request, desk: Asker, month: MonthPath, key: KeyHeader = None) -> Response:
    """Point the readers of a month at its latest edition, at once for all of them; for operators."""

    def published() -> tuple[int, PublicationDocument]:
        made = desk.publish(month)
        return 200, {"month": month, "edition": made.edition, "published_at": made.published_at.isoformat()}

    return once(request, desk, key, published)


@router.get(
    "/months/{month}/publication/preview",
    response_model=PublicationPreviewPage,
    summary="Which partners would change tier by publishing a month",
)
def publication_preview(
    request: Request, desk: Asker, month: MonthPath, limit: LimitQuery = 50, offset: OffsetQuery = 0
) -> Response:
    """Return which partners would change tier by publishing the latest edition of a month; for operators."""
    preview = desk.publication_preview(month)
    changes = tier_change_documents(preview)
    page = page_of(request, total=len(changes), limit=limit, offset=offset)
    document: PublicationPreviewPage = {
        **page,
        **publication_preview_document(preview),
        "changes": changes[offset : offset + limit],
    }
    return document_reply(request, document, page=page)


@router.get("/loads", response_model=LoadsDocument, summary="The ledger of loads")
def loads(request: Request, desk: Asker, limit: LimitQuery = 50, offset: OffsetQuery = 0) -> Response:
    """Return the loads, oldest first, with what became of their rows; for operators."""
    found = desk.loads()
    page = page_of(request, total=len(found), limit=limit, offset=offset)
    document: LoadsDocument = {**page, "loads": [load_document(load) for load in found[offset : offset + limit]]}
    return document_reply(request, document, page=page)


@router.get("/quarantine", response_model=QuarantineDocument, summary="Rejected rows with reason and remedy")
def quarantine(
    request: Request, desk: Asker, load: LoadQuery = None, limit: LimitQuery = 50, offset: OffsetQuery = 0
) -> Response:
    """Return the faults of rows in quarantine, some at a time; for operators."""
    found = desk.quarantine(load, limit=offset + limit)
    page = page_of(request, total=desk.quarantine_count(load), limit=limit, offset=offset)
    document: QuarantineDocument = {**page, "rejections": [rejection_document(entry) for entry in found[offset:]]}
    return document_reply(request, document, page=page)


@router.get("/audit", response_model=AuditPageDocument, summary="What was done, latest first")
def audit(request: Request, desk: Asker, limit: LimitQuery = 50, offset: OffsetQuery = 0) -> Response:
    """Return what was done, by whom and when, some at a time; for operators."""
    found = desk.audit_trail(limit=limit, offset=offset)
    page = page_of(request, total=found.total, limit=limit, offset=offset)
    document: AuditPageDocument = {
        **page,
        "entries": [
            {
                "number": entry.number,
                "at": entry.at.isoformat(),
                "user": entry.user_id,
                "email": entry.email,
                "action": entry.action,
                "subject": entry.subject,
                "detail": entry.detail,
            }
            for entry in found.entries
        ],
    }
    return document_reply(request, document, page=page)
