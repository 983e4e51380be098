"""What every page has around it, and how a page becomes HTML."""

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from partnerlens.access.desk import Desk
from partnerlens.access.reader import Reader
from partnerlens.web.question import address
from partnerlens.web.template import environment
from partnerlens.web.tongue import LANGUAGES, Tongue, accepted, tongue

THEMES = ("auto", "light", "dark")
"""The themes; the first follows the reader's machine."""

LANGUAGE_COOKIE = "partnerlens_language"
THEME_COOKIE = "partnerlens_theme"
KEYS_COOKIE = "partnerlens_keys"


@dataclass(frozen=True)
class Link:
    """
    A link.

    Attributes:
        label: its text.
        href: where it leads.
        is_here: whether it is the page that is shown, or the choice that holds.
        tag: the language of its text; empty for the page's own.
    """

    label: str
    href: str
    is_here: bool = False
    tag: str = ""


@dataclass(frozen=True)
class State:
    """
    Why there is nothing to show, and what to do.

    Attributes:
        kind: ``no_data``, ``filtered_out``, ``not_entitled``, ``withheld`` or ``not_computable``.
        short: a few words.
        long: a sentence that says what to do.
        next_step: the way on; None where there is none on a page.
    """

    kind: str
    short: str
    long: str
    next_step: Link | None = None


@dataclass(frozen=True)
class Subject:
    """
    The partner that a page is about.

    Attributes:
        id: its id.
        name: its name.
    """

    id: str
    name: str


@dataclass(frozen=True)
class Frame:
    """
    What stands around every page.

    Attributes:
        tag: the page's language.
        theme: ``auto``, ``light`` or ``dark``.
        title: the page's title, without the program's name.
        program: the program's name; empty before anyone is signed in.
        partner: the partner that the page is about; None otherwise.
        navigation: the pages that the reader may go to.
        languages: the languages to change to.
        themes: the themes to change to.
        reader: the reader's name; empty before anyone is signed in.
        viewing_as: whose eyes an operator looks through; empty for own ones.
        form_token: the hidden field of each form that changes something; empty before anyone is signed in.
        feedback: the program's address for feedback; empty without one.
        has_keys: whether keys are shortcuts.
        keys_switch: the link that turns them on or off.
        eyes: the roles that an operator may look through at this partner; empty otherwise.
        here: the page's own address, to come back to.
        call: the command that asks the interface for what the page shows; empty where there is none.
    """

    tag: str
    theme: str
    title: str
    program: str = ""
    partner: Subject | None = None
    navigation: tuple[Link, ...] = ()
    languages: tuple[Link, ...] = ()
    themes: tuple[Link, ...] = ()
    reader: str = ""
    viewing_as: str = ""
    form_token: str = ""
    feedback: str = ""
    has_keys: bool = True
    keys_switch: Link | None = None
    eyes: tuple[tuple[str, str], ...] = ()
    here: str = "/"
    call: str = ""


def tongue_of(request: Request) -> Tongue:
    """Return the language of a request: of the address, chosen before, of the account, then of the browser."""
    reader: Reader | None = getattr(request.state, "reader", None)
    for tag in (
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        None if reader is None else reader.language,
        accepted(request.headers.get("accept-language", "")),
    ):
        if tag in LANGUAGES:
            return tongue(tag)
    return tongue("en")


def frame_of(
    request: Request,
    title: str,
    *,
    partner: Subject | None = None,
    navigation: tuple[Link, ...] = (),
    eyes: tuple[tuple[str, str], ...] = (),
    call: str = "",
) -> Frame:
    """Return what stands around a page, for whoever asks."""
    said = tongue_of(request)
    theme = request.cookies.get(THEME_COOKIE, THEMES[0])
    theme = theme if theme in THEMES else THEMES[0]
    has_keys = request.cookies.get(KEYS_COOKIE) != "off"
    reader: Reader | None = getattr(request.state, "reader", None)
    desk: Desk | None = getattr(request.state, "desk", None)
    way_back = _way_back(request)
    theme_names = {
        "auto": said.say("As the device"),
        "light": said.say("Light"),
        "dark": said.say("Dark"),
    }
    return Frame(
        tag=said.tag,
        theme=theme,
        title=title,
        program="" if desk is None else desk.settings.name,
        partner=partner,
        navigation=navigation,
        languages=tuple(
            Link(name, _preference(way_back, "language", tag), tag == said.tag, tag) for tag, name in LANGUAGES.items()
        ),
        themes=tuple(
            Link(name, _preference(way_back, "theme", code), code == theme) for code, name in theme_names.items()
        ),
        reader="" if reader is None else reader.name,
        viewing_as=_eyes(reader),
        form_token=str(getattr(request.state, "form_token", "") or ""),
        feedback="" if desk is None else desk.settings.feedback_address,
        has_keys=has_keys,
        keys_switch=Link(
            said.say("Turn the shortcuts off") if has_keys else said.say("Turn the shortcuts on"),
            _preference(way_back, "keys", "off" if has_keys else "on"),
        ),
        eyes=eyes,
        here=f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path,
        call=call,
    )


def rendered(request: Request, page: Any, status: int = 200) -> HTMLResponse:
    """
    Return a page as HTML.

    Args:
        request: what was asked.
        page: the page's context: a frozen dataclass whose class says its template, and whose fields the template gets.
        status: the HTTP status.
    """
    template = environment(tongue_of(request).tag).get_template(page.template)
    html = template.render({field.name: getattr(page, field.name) for field in fields(page)})
    return HTMLResponse(html, status_code=status, headers={"Content-Language": page.frame.tag})


def _way_back(request: Request) -> str:
    """The parameter that leads back to the page, in any language."""
    here = request.url.path
    if request.url.query:
        here = address(here, [(name, value) for name, value in request.query_params.multi_items() if name != "lang"])
    return urlencode([("next", here)])


def _preference(way_back: str, name: str, value: str) -> str:
    return f"/preferences?{name}={value}&{way_back}"


def _eyes(reader: Reader | None) -> str:
    if reader is None or reader.viewed_by is None:
        return ""
    return ", ".join(f"{grant.partner_id} ({grant.role})" for grant in reader.grants)
