"""The doors for people: signing in and out, seeing as another, and the language of pages."""

from secrets import compare_digest
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from partnerlens.access.doorkeeper import LONGEST, Doorkeeper
from partnerlens.access.paths import HOME, safe_path
from partnerlens.access.reader import Reader
from partnerlens.access.secrets import new_key
from partnerlens.errors import LimitError, PartnerlensError, SignInError
from partnerlens.server.visit import Cookies, Visit
from partnerlens.web.account import sign_in_page

Given = Annotated[str, Query()]


class OnceKey:
    """
    A key that lets one user in once; the demo prints it.

    Args:
        key: the key.
        user_id: the user.
    """

    def __init__(self, key: str, user_id: str) -> None:
        """Nobody has used it yet."""
        self._key = key
        self._user_id = user_id
        self._lock = Lock()

    def use(self, given: str) -> str:
        """Return the user; raises SignInError for another key, and at the second time."""
        with self._lock:
            matches = bool(self._key) and compare_digest(given.encode(), self._key.encode())
            self._key = "" if matches else self._key
        if not matches:
            raise SignInError("this link has been used, or is none", "start the demo again for a new one")
        return self._user_id


class Doors:
    """
    The doors of one server.

    Args:
        keeper: lets users in and out.
        cookies: the names of the cookies.
        once: a key that lets one user in once; None without one.
    """

    def __init__(self, keeper: Doorkeeper, cookies: Cookies, once: OnceKey | None = None) -> None:
        """Keep them."""
        self._keeper = keeper
        self._cookies = cookies
        self._once = once

    def routes(self) -> APIRouter:
        """Return the routes of the doors."""
        router = APIRouter(include_in_schema=False)
        for path, endpoint, method in (
            ("/sign-in", self.form, "GET"),
            ("/sign-in", self.sign_in, "POST"),
            ("/sign-in/oidc", self.begin, "POST"),
            ("/sign-in/oidc/callback", self.finish, "GET"),
            ("/sign-in/once", self.once, "GET"),
            ("/sign-out", self.sign_out, "POST"),
            ("/view-as", self.view_as, "POST"),
            ("/view-as/end", self.end_view, "POST"),
            ("/language", self.language, "POST"),
        ):
            router.add_api_route(path, endpoint, methods=[method], response_model=None)
        return router

    def form(self, request: Request, next: Given = HOME) -> Response:  # noqa: A002 - the name in the address
        """Show the form, or go on for who is in."""
        if request.state.reader is not None:
            return RedirectResponse(safe_path(next), 303)
        return self._page(request, next)

    def sign_in(self, request: Request) -> Response:
        """Let a user in with a password."""
        place = request.client.host if request.client else ""
        wanted = _field(request, "next") or HOME
        try:
            key = self._keeper.sign_in(_field(request, "email"), _field(request, "password"), place)
        except (SignInError, LimitError) as error:
            return self._page(request, wanted, error)
        return self._let_in(key, wanted)

    def begin(self, request: Request) -> Response:
        """Send a reader to the identity provider."""
        wanted = _field(request, "next") or HOME
        try:
            return RedirectResponse(self._keeper.begin(_visit(request).key, wanted), 303)
        except PartnerlensError as error:
            return self._page(request, wanted, error)

    def finish(self, request: Request, state: Given = "", code: Given = "") -> Response:
        """Let in whom the identity provider vouches for."""
        try:
            key, wanted = self._keeper.finish(_visit(request).key, state, code)
        except PartnerlensError as error:
            return self._page(request, HOME, error)
        return self._let_in(key, wanted)

    def once(self, request: Request, key: Given = "") -> Response:
        """Let the demo's user in by its link."""
        try:
            user = (self._once or OnceKey("", "")).use(key)
            return self._let_in(self._keeper.let_in(user, "link"), HOME)
        except SignInError as error:
            return self._page(request, HOME, error)

    def sign_out(self, request: Request) -> Response:
        """Let a user out, and begin a new visit, so that no form of before holds."""
        visit = _visit(request)
        if visit.is_session:
            self._keeper.sign_out(visit.key)
        response = RedirectResponse("/sign-in", 303)
        self._cookies.drop(response, self._cookies.session)
        self._cookies.put(response, self._cookies.visit, new_key())
        return response

    def view_as(self, request: Request) -> Response:
        """Let an operator see as a role at a partner."""
        partner, role = _field(request, "partner"), _field(request, "role")
        key, _ = self._signed_in(request)
        request.state.desk.view_as(partner, role)
        self._keeper.view(key, partner, role)
        return _onward(request)

    def end_view(self, request: Request) -> Response:
        """Let an operator see as itself again."""
        key, _ = self._signed_in(request)
        self._keeper.view(key, None, None)
        return _onward(request)

    def language(self, request: Request) -> Response:
        """Keep the language of a user's pages."""
        _, user = self._signed_in(request)
        self._keeper.register.set_language(user.user_id, _field(request, "language") or None)
        return _onward(request)

    def _signed_in(self, request: Request) -> tuple[str, Reader]:
        visit = _visit(request)
        if visit.user is None or not visit.is_session:
            raise SignInError("nobody is signed in", "sign in first")
        return visit.key, visit.user

    def _page(self, request: Request, next_path: str, failed: PartnerlensError | None = None) -> Response:
        """The sign-in page, with what went wrong."""
        provider = self._keeper.provider
        providers = [] if provider is None else [(provider.settings.title, "/sign-in/oidc")]
        page = sign_in_page(request, next_path=safe_path(next_path), failed=failed, providers=providers)
        if failed is not None:
            page.status_code = failed.status
        return page

    def _let_in(self, key: str, next_path: str) -> Response:
        """Give the browser the key of its new session, and take that of its visit; send it where it wanted to go."""
        response = RedirectResponse(safe_path(next_path), 303)
        self._cookies.put(response, self._cookies.session, key, int(LONGEST.total_seconds()))
        self._cookies.drop(response, self._cookies.visit)
        return response


def _onward(request: Request) -> Response:
    return RedirectResponse(safe_path(_field(request, "next") or HOME), 303)


def _visit(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


def _field(request: Request, name: str) -> str:
    """The first value of a form's field; empty without one."""
    fields: dict[str, list[str]] = request.state.form
    return (fields.get(name) or [""])[0]
