"""Errors as ``application/problem+json`` (RFC 9457), in the words of the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse
from typing_extensions import TypedDict

from partnerlens.errors import PartnerlensError

MEDIA_TYPE = "application/problem+json"


class Problem(TypedDict):
    """
    Why a request cannot be met.

    ``code`` is stable; ``detail`` says what is wrong, ``remedy`` what to do about it.
    """

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    code: str
    request_id: str


TITLES = {
    "wrong_use": "Wrong use",
    "wrong_data": "Wrong definitions or data",
    "newer_store": "Newer store",
    "not_found": "Not found",
    "not_signed_in": "Not signed in",
    "forbidden": "Not open to your role",
    "not_eligible": "Not served yet",
    "conflict": "Conflict",
    "too_often": "Too often",
    "no_resource": "Not possible now",
    "wrong_method": "Wrong method",
    "too_large": "Too large",
    "too_slow": "Too slow",
    "internal": "Internal error",
    "error": "Error",
}
"""What each code is, in a few words."""


def problem_reply(
    request_id: str, status: int, code: str, detail: str, remedy: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """
    Return a problem as a reply.

    Args:
        request_id: by which the server's log knows the request.
        status: the HTTP status.
        code: the stable code.
        detail: what is wrong.
        remedy: what to do about it.
        headers: further headers.
    """
    problem: Problem = {
        "type": f"urn:partnerlens:{code}",
        "title": TITLES[code],
        "status": status,
        "detail": detail,
        "remedy": remedy,
        "code": code,
        "request_id": request_id,
    }
    kept = {"Cache-Control": "private, no-store", **(headers or {})}
    return JSONResponse(problem, status, headers=kept, media_type=MEDIA_TYPE)


def error_reply(request_id: str, error: PartnerlensError) -> JSONResponse:
    """Return an error as a reply."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {"Retry-After": "60"}
    kept = headers if error.status in {401, 429, 503} else {}
    return problem_reply(request_id, error.status, error.code, error.problem, error.remedy, kept)


def validation_words(error: RequestValidationError) -> tuple[str, str]:
    """Return problem and remedy of parameters that do not fit, all of them."""
    faults = [_fault(issue) for issue in error.errors()]
    return "; ".join(dict.fromkeys(faults)), "see the description of the API at /api/v1/openapi.json"


def _fault(issue: Mapping[str, Any]) -> str:
    place: Sequence[Any] = issue["loc"]
    name = ".".join(str(part) for part in place[1:]) or str(place[0])
    if issue["type"] == "missing":
        return f"'{name}' is missing"
    given = issue.get("input")
    shown = f" is {given!r}" if isinstance(given, str | int | float) and len(repr(given)) <= 100 else " does not fit"
    return f"'{name}'{shown}: {str(issue['msg'])[:200].lower()}"
