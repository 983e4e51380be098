"""All routes of the API, and its description (OpenAPI 3.1)."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match
from starlette.types import Scope

from partnerlens import __version__
from partnerlens.api import (
    adoption,
    comparisons,
    findings,
    licences,
    loading,
    operator,
    partners,
    program,
    reconcile,
    rows,
)
from partnerlens.api.problem import MEDIA_TYPE, Problem

PREFIX = "/api/v1"

PROBLEMS = {
    400: "The request has no meaning.",
    401: "Nobody is signed in.",
    403: "Your role does not open it.",
    404: "There is none, or not for you.",
    409: "At odds with what was done before.",
    413: "The body is too large.",
    422: "Definitions or data are wrong.",
    429: "Too many requests.",
    503: "Not possible now.",
}
"""What can go wrong at every route, by status."""


def problem_responses() -> dict[int | str, dict[str, Any]]:
    """Return what every route says of itself about what can go wrong."""
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {status: {"description": words, **problem} for status, words in PROBLEMS.items()}


class _PrefixedRouter(APIRouter):
    """Routes with a prefix; at the addresses of pages, none of them is looked at."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a route is for a request."""
        if not str(scope.get("path", "")).startswith(self.prefix):
            return Match.NONE, {}
        return super().matches(scope)


def api_routes() -> APIRouter:
    """Return all routes; each asks the desk of the reader, who has to be signed in."""
    router = _PrefixedRouter(prefix=PREFIX, responses=problem_responses())
    # Rows come before the explanation, whose metric would otherwise take 'METRIC/rows' for its name; and single
    # partners come last, since a partner's id may have slashes.
    for part in (
        program.router,
        adoption.router,
        rows.router,
        comparisons.router,
        findings.router,
        reconcile.router,
        operator.router,
        loading.router,
        partners.router,
    ):
        router.include_router(part)
    return router


def licence_routes() -> APIRouter:
    """Return the licence insights, which have the addresses that their clients know."""
    router = APIRouter(responses=problem_responses())
    router.include_router(licences.router)
    return router


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of the API."""
    document = get_openapi(
        title="Partnerlens",
        version=__version__,
        summary="Right numbers for partner programs, each with its rows and reasons.",
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    problem = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
    schemas["Problem"] = problem
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "Made with 'partnerlens token create'."}
    }
    document["security"] = [{"token": []}]
    return document


async def openapi_document(request: Request) -> JSONResponse:
    """Return the description of the API; it tells nothing of any partner."""
    return JSONResponse(request.app.openapi(), headers={"Cache-Control": "no-cache"})
