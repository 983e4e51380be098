"""Visits: who is behind a request, and whether a form was made for that browser."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnerlens.access.desk import Desk
from partnerlens.access.doorkeeper import Doorkeeper
from partnerlens.access.limits import Limits
from partnerlens.access.reader import Reader
from partnerlens.access.secrets import form_token, is_form_token, new_key
from partnerlens.access.settings import ServerSettings
from partnerlens.api.routes import PREFIX
from partnerlens.app.workspace import Workspace
from partnerlens.errors import ForbiddenError, PartnerlensError, SignInError, UsageError
from partnerlens.server.guards import MOST_BODY_BYTES

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_FIELD = "form_token"
FORM_HEADER = "X-Form-Token"
FORM_TYPE = "application/x-www-form-urlencoded"
OPEN = ("/static/", "/healthz", "/readyz")
"""Paths that ask nothing about anybody."""


@dataclass(frozen=True)
class Cookies:
    """
    The names of the two cookies.

    Attributes:
        session: holds the key of a session.
        visit: holds the key of a visit of somebody who is not signed in.
        is_secure: whether they go by https alone.
    """

    session: str
    visit: str
    is_secure: bool

    @classmethod
    def of(cls, settings: ServerSettings) -> "Cookies":
        """Return the cookies of a server; by https their names bind them to this host."""
        prefix = "__Host-" if settings.is_secure else ""
        return cls(f"{prefix}partnerlens", f"{prefix}partnerlens-visit", settings.is_secure)

    def put(self, response: Response, name: str, key: str, seconds: int | None = None) -> None:
        """Give a browser a cookie that scripts cannot read and other sites' forms do not carry."""
        response.set_cookie(name, key, max_age=seconds, path="/", secure=self.is_secure, httponly=True, samesite="lax")

    def drop(self, response: Response, name: str) -> None:
        """Take a cookie from a browser."""
        response.delete_cookie(name, path="/", secure=self.is_secure, httponly=True, samesite="lax")


@dataclass(frozen=True)
class Visit:
    """
    Who is behind a request.

    Attributes:
        reader: who asks; None for nobody.
        user: the user itself, also while it views as another; None for nobody.
        key: the key of the session, or else of the visit; its forms carry a token made of it.
        is_session: whether the key is a session's.
        is_token: whether the request carries a token instead of a cookie.
        is_new: whether the visit began with this request.
    """

    reader: Reader | None
    user: Reader | None
    key: str
    is_session: bool = False
    is_token: bool = False
    is_new: bool = False


class Visits:
    """
    Finds out who asks, once for each request, before anything else.

    It sets ``reader``, ``desk``, ``form_token``, ``form`` and ``visit`` of ``request.state``.

    Args:
        app: what is asked.
        workspace: the program.
        doorkeeper: knows who is in.
        limits: how often one may ask.
        cookies: their names.
        fail: makes the reply to a request that may not go on.
    """

    def __init__(
        self,
        app: ASGIApp,
        workspace: Workspace,
        doorkeeper: Doorkeeper,
        limits: Limits,
        cookies: Cookies,
        fail: Callable[[Request, PartnerlensError], Response],
    ) -> None:
        """Keep what there is."""
        self._app = app
        self._fail = fail
        self._workspace = workspace
        self._doorkeeper = doorkeeper
        self._limits = limits
        self._cookies = cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who asks, and refuse forms that were not made for that browser."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        state: dict[str, Any] = scope["state"]
        visit = Visit(None, None, new_key(), is_new=True)
        fault: PartnerlensError | None = None
        body: bytes | None = None
        try:
            known = self._known_visit(request)
            visit = known if known is not None else await run_in_threadpool(self._visit, request)
            self._limits.count_request(visit.user.user_id if visit.user else _place(request))
            if request.method not in SAFE and not visit.is_token:
                body = await self._checked_form(request, visit, state)
        except PartnerlensError as error:
            fault = error
        reader = visit.reader
        state.update(
            visit=visit,
            reader=reader,
            desk=None if reader is None else Desk(self._workspace, reader, self._doorkeeper.register),
            form_token=form_token(visit.key),
        )
        state.setdefault("form", {})
        told = self._remembering(visit, send)
        if fault is not None:
            await self._fail(request, fault)(scope, receive, told)
            return
        if request.method in SAFE:
            with self._workspace.moment():
                await self._app(scope, receive, told)
            return
        await self._app(scope, receive if body is None else _again(body, receive), told)

    def _known_visit(self, request: Request) -> Visit | None:
        """Who asks, where the register need not be read; None otherwise."""
        token = _token(request)
        if token is not None:
            reader = self._doorkeeper.register.known_token_reader(token)
            return None if reader is None else Visit(reader, reader, new_key(), is_token=True)
        key = request.cookies.get(self._cookies.session, "")
        session = self._doorkeeper.known_session(key) if key else None
        return None if session is None else Visit(session.reader, session.user, key, is_session=True)

    def _visit(self, request: Request) -> Visit:
        token = _token(request)
        if token is not None:
            reader = self._doorkeeper.register.token_reader(token)
            if reader is None:
                raise SignInError("this token does not hold", "make one with 'partnerlens token create'")
            return Visit(reader, reader, new_key(), is_token=True)
        key = request.cookies.get(self._cookies.session, "")
        session = self._doorkeeper.session(key) if key else None
        if session is not None:
            return Visit(session.reader, session.user, key, is_session=True)
        visit = request.cookies.get(self._cookies.visit, "")
        return Visit(None, None, visit, is_new=False) if visit else Visit(None, None, new_key(), is_new=True)

    async def _checked_form(self, request: Request, visit: Visit, state: dict[str, Any]) -> bytes | None:
        """Check that a change comes from a page that this browser was given; return the form's body."""
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise ForbiddenError("this form comes from another site", "open the page here and try again")
        given = request.headers.get(FORM_HEADER, "")
        body = None
        if not request.url.path.startswith(PREFIX):
            kind = request.headers.get("content-type", FORM_TYPE).partition(";")[0].strip().casefold()
            if kind != FORM_TYPE:
                raise UsageError("this is no form that the server reads", f"send it as {FORM_TYPE}")
            body = await request.body()
            form = _fields(body)
            state["form"] = form
            given = given or (form.get(FORM_FIELD) or [""])[0]
        if not is_form_token(given, visit.key):
            raise ForbiddenError(
                "this form is not one that you were given, or you have signed in or out since",
                "load the page again and repeat what you did",
            )
        return body

    def _remembering(self, visit: Visit, send: Send) -> Send:
        """Give the browser a new visit's key, unless the reply sets a cookie of its own."""
        if not visit.is_new or visit.is_token:
            return send

        async def remembered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "set-cookie" not in headers:
                    carrier = Response()
                    self._cookies.put(carrier, self._cookies.visit, visit.key)
                    headers.append("set-cookie", carrier.headers["set-cookie"])
            await send(message)

        return remembered


def _token(request: Request) -> str | None:
    """The token that a request carries; None without one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.casefold() == "bearer" else None


def _fields(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode(), keep_blank_values=True, strict_parsing=False, max_num_fields=1000)
    except ValueError as error:
        raise UsageError("the form cannot be read", f"send it as {FORM_TYPE}, in UTF-8") from error


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more."""
    is_given = False

    async def given() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body[:MOST_BODY_BYTES], "more_body": False}

    return given


def _place(request: Request) -> str:
    return request.client.host if request.client else ""
