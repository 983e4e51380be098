"""What is replied to a request that cannot be met: a problem for programs, a page for people."""

from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from partnerlens.access.paths import safe_path
from partnerlens.api.licences import WIRE
from partnerlens.api.problem import error_reply, problem_reply, validation_words
from partnerlens.api.routes import PREFIX
from partnerlens.errors import PartnerlensError, SignInError
from partnerlens.web.plain import error_page

OF_STATUS = {
    404: ("not_found", "there is nothing here", "check the address"),
    405: ("wrong_method", "this address does not take that method", "see /api/v1/openapi.json"),
}
"""Code, problem and remedy of what the router itself refuses."""


def refuse(request: Request, status: int, code: str, problem: str, remedy: str) -> Response:
    """Return the reply to a request that is refused."""
    if _is_program(request):
        return problem_reply(_number(request), status, code, problem, remedy)
    return error_page(request, status, code, problem, remedy)


def fail(request: Request, error: PartnerlensError) -> Response:
    """Return the reply to a request that meets an error; who is not signed in is sent to where that is done."""
    if _is_program(request):
        return error_reply(_number(request), error)
    if isinstance(error, SignInError) and request.method == "GET":
        here = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        return RedirectResponse(f"/sign-in?{urlencode({'next': safe_path(here)})}", 303)
    return error_page(request, error.status, error.code, error.problem, error.remedy)


def add_fault_handlers(app: FastAPI) -> None:
    """Let a server reply to errors in these words."""

    @app.exception_handler(PartnerlensError)
    def known(request: Request, error: PartnerlensError) -> Response:
        return fail(request, error)

    @app.exception_handler(RequestValidationError)
    def wrong(request: Request, error: RequestValidationError) -> Response:
        problem, remedy = validation_words(error)
        return refuse(request, 400, "wrong_use", problem, remedy)

    @app.exception_handler(HTTPException)
    def unrouted(request: Request, error: HTTPException) -> Response:
        code, problem, remedy = OF_STATUS.get(error.status_code, ("wrong_use", "the request cannot be read", ""))
        reply = refuse(request, error.status_code, code, problem, remedy)
        reply.headers.update(error.headers or {})
        return reply


def _is_program(request: Request) -> bool:
    return request.url.path.startswith((PREFIX, *WIRE, "/metrics", "/healthz", "/readyz"))


def _number(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))
