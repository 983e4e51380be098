"""The sign-in page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import HTMLResponse

from partnerlens.errors import PartnerlensError
from partnerlens.web.page import Frame, frame_of, rendered, tongue_of


@dataclass(frozen=True)
class SignInPage:
    """
    Where a reader signs in.

    Attributes:
        frame: what stands around the page.
        next_path: where to go on to.
        problem: why the last attempt failed; empty before the first.
        remedy: what to do about it.
        providers: the titles of other ways to sign in, each with the address that its form is sent to.
    """

    template: ClassVar[str] = "sign_in.html"

    frame: Frame
    next_path: str
    problem: str
    remedy: str
    providers: tuple[tuple[str, str], ...]


def sign_in_page(
    request: Request,
    *,
    next_path: str,
    failed: PartnerlensError | None = None,
    providers: Sequence[tuple[str, str]] = (),
) -> HTMLResponse:
    """
    Return the sign-in page.

    Args:
        request: what was asked.
        next_path: a path of this server to go on to.
        failed: why the last attempt failed; None before the first.
        providers: the titles of other ways to sign in, each with the address that its form is sent to.
    """
    said = tongue_of(request)
    page = SignInPage(
        frame=frame_of(request, said.say("Sign in")),
        next_path=next_path,
        problem="" if failed is None else failed.problem,
        remedy="" if failed is None else failed.remedy,
        providers=tuple(providers),
    )
    return rendered(request, page, 200 if failed is None else failed.status)
