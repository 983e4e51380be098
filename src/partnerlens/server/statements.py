"""
Statements from the API.

They are drawn as pages are, so the route stands here, above both.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.api.parameters import Asker, PartnerPath, Question, ScorecardQuery
from partnerlens.api.routes import PREFIX, problem_responses
from partnerlens.web.page import tongue_of
from partnerlens.web.question import Question as Asked
from partnerlens.web.statement import MEDIA_TYPE, check_language, pdf_reply, statement_file
from partnerlens.web.tongue import LANGUAGES

LanguageQuery = Annotated[
    str | None, Query(description=f"The language of its texts: {', '.join(LANGUAGES)}; the asker's own by default.")
]


def statement_routes() -> APIRouter:
    """Return the route of statements; it comes before that of the partner, whose id may have slashes."""
    router = APIRouter(prefix=PREFIX, responses=problem_responses())

    @router.get(
        "/partners/{partner:path}/statement",
        summary="Contribution and score as a printed statement",
        response_class=Response,
        responses={200: {"content": {MEDIA_TYPE: {}}}},
    )
    def statement(
        request: Request,
        desk: Asker,
        partner: PartnerPath,
        question: Question,
        scorecard: ScorecardQuery = None,
        lang: LanguageQuery = None,
    ) -> Response:
        """
        Return one partner's contribution and score of a month as a PDF, with what it rests on.

        It states partner, filters, month, edition, scorecard, row counts and digests, and needs the extra ``reports``.
        """
        words = question.words
        asked = Asked(
            partner,
            month=words["month"],
            product=tuple(words["products"]) or None,
            workload=tuple(words["workloads"]) or None,
            country=tuple(words["countries"]) or None,
        )
        language = tongue_of(request).tag if lang is None else check_language(lang)
        return pdf_reply(*statement_file(desk, asked, scorecard=scorecard, language=language))

    return router
