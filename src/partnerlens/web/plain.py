"""Pages that say one thing: an error, or that there is nothing to show yet."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import HTMLResponse

from partnerlens.web.page import Frame, Link, State, frame_of, rendered, tongue_of
from partnerlens.web.tongue import Tongue


@dataclass(frozen=True)
class ErrorPage:
    """
    What went wrong, and what to do.

    Attributes:
        frame: what stands around the page.
        status: the HTTP status.
        code: the stable code of the error.
        title: what kind of error it is, in the page's language.
        problem: what is wrong, as the command line and the interface say it (in English).
        remedy: what to do about it; empty where the problem says it.
        request_id: what to name when asking about it; empty where there is none.
        home: the way back.
    """

    template: ClassVar[str] = "error.html"

    frame: Frame
    status: int
    code: str
    title: str
    problem: str
    remedy: str
    request_id: str
    home: Link


@dataclass(frozen=True)
class StatePage:
    """
    Why there is nothing to show.

    Attributes:
        frame: what stands around the page.
        title: the page's title.
        state: the reason, and what to do.
    """

    template: ClassVar[str] = "state.html"

    frame: Frame
    title: str
    state: State


def error_page(request: Request, status: int, code: str, problem: str, remedy: str) -> HTMLResponse:
    """
    Return the page of an error; nobody has to be signed in.

    Args:
        request: what was asked.
        status: the HTTP status.
        code: the stable code of the error.
        problem: what is wrong.
        remedy: what to do about it; may be empty.
    """
    said = tongue_of(request)
    title = _titles(said).get(status, said.say("Something went wrong"))
    page = ErrorPage(
        frame=frame_of(request, title),
        status=status,
        code=code,
        title=title,
        problem=problem,
        remedy=remedy,
        request_id=str(getattr(request.state, "request_id", "") or ""),
        home=Link(said.say("To the first page"), "/"),
    )
    return rendered(request, page, status)


def state_page(request: Request, title: str, state: State, navigation: tuple[Link, ...] = ()) -> HTMLResponse:
    """Return a page that says why there is nothing to show."""
    return rendered(request, StatePage(frame_of(request, title, navigation=navigation), title, state))


def _titles(said: Tongue) -> dict[int, str]:
    return {
        400: said.say("This cannot be asked"),
        401: said.say("Please sign in"),
        403: said.say("Your role does not open this"),
        404: said.say("Not found"),
        405: said.say("This cannot be done here"),
        409: said.say("This has changed meanwhile"),
        413: said.say("Too large"),
        422: said.say("The data or the definitions have faults"),
        429: said.say("Too many requests"),
        500: said.say("Something went wrong"),
        503: said.say("Not possible at the moment"),
    }
