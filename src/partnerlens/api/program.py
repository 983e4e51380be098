"""What the program is about, and who asks: months, scorecards, the reader."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from partnerlens.access.documents import GrantDocument, grant_document
from partnerlens.api.parameters import Asker
from partnerlens.api.reply import document_reply
from partnerlens.document.score import ScorecardDocument, scorecard_document

router = APIRouter()


class ReaderDocument(TypedDict):
    """Who asks; ``viewed_by`` is the operator who looks through these eyes, null for the user itself."""

    user: str
    name: str
    email: str
    language: str | None
    grants: list[GrantDocument]
    viewed_by: str | None
    may_change: bool


class MonthDocument(TypedDict):
    """A month that can be asked about."""

    month: str
    edition: int
    published_at: str


@router.get("/me", response_model=ReaderDocument, summary="Who asks, and what that opens")
def me(request: Request, desk: Asker) -> Response:
    """Return the reader with the roles held."""
    reader = desk.reader
    document: ReaderDocument = {
        "user": reader.user_id,
        "name": reader.name,
        "email": reader.email,
        "language": reader.language,
        "grants": [grant_document(grant) for grant in reader.grants],
        "viewed_by": reader.viewed_by,
        "may_change": reader.may_change,
    }
    return document_reply(request, document)


@router.get("/months", response_model=list[MonthDocument], summary="The published months, latest first")
def months(request: Request, desk: Asker) -> Response:
    """Return the months that can be asked about."""
    documents: list[MonthDocument] = [
        {"month": entry.month, "edition": entry.edition, "published_at": entry.published_at.isoformat()}
        for entry in desk.months()
    ]
    return document_reply(request, documents)


@router.get("/scorecards", response_model=list[ScorecardDocument], summary="The scorecards with their versions")
def scorecards(request: Request, desk: Asker) -> Response:
    """Return every version of every scorecard."""
    return document_reply(request, [scorecard_document(version) for version in desk.scorecards()])
