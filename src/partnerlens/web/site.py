"""The pages' addresses: each reads its question, asks the desk, and shows a page."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.staticfiles import StaticFiles
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from partnerlens.access.desk import Desk
from partnerlens.access.paths import safe_path
from partnerlens.errors import UsageError
from partnerlens.months import Month
from partnerlens.web import operator
from partnerlens.web.adoption import adoption
from partnerlens.web.adoption_customer import adoption_customer
from partnerlens.web.contribution import contribution
from partnerlens.web.explain import explain, explain_indicator
from partnerlens.web.explain_band import band
from partnerlens.web.explain_difference import difference
from partnerlens.web.findings import findings
from partnerlens.web.home import home
from partnerlens.web.operator_publish import publishing
from partnerlens.web.page import KEYS_COOKIE, LANGUAGE_COOKIE, THEME_COOKIE, THEMES
from partnerlens.web.question import Question, address, choice_of, one_of
from partnerlens.web.score import score
from partnerlens.web.statement import statement
from partnerlens.web.tongue import LANGUAGES

MOST_MONTHS = 120
"""Most months that one form builds."""

_YEAR = 365 * 24 * 3600


async def desk_of(request: Request) -> Desk:
    """Return the desk of whoever asks, as the server put it there."""
    desk: Desk = request.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]


def routes() -> APIRouter:
    """Return the pages. The server puts ``reader``, ``desk`` and ``form_token`` into each request's state."""
    pages = APIRouter(include_in_schema=False, default_response_class=Response)

    @pages.get("/")
    def show_home(request: Request, desk: AtDesk) -> Response:
        """The partners that the reader may see; the only one at once."""
        return home(request, desk)

    @pages.get("/partners/{partner_id:path}/score")
    def show_score(request: Request, partner_id: str, desk: AtDesk) -> Response:
        """The score of a partner."""
        return score(request, desk, Question.read(partner_id, request.query_params))

    @pages.get("/partners/{partner_id:path}/adoption/{customer_id:path}")
    def show_customer(request: Request, partner_id: str, customer_id: str, desk: AtDesk) -> Response:
        """One customer of a partner with its licences."""
        return adoption_customer(request, desk, partner_id, customer_id)

    @pages.get("/partners/{partner_id:path}/adoption")
    def show_adoption(request: Request, partner_id: str, desk: AtDesk) -> Response:
        """The customers of a partner with their licences."""
        return adoption(request, desk, partner_id)

    @pages.get("/partners/{partner_id:path}/findings")
    def show_findings(request: Request, partner_id: str, desk: AtDesk) -> Response:
        """What is odd about a partner."""
        return findings(request, desk, Question.read(partner_id, request.query_params))

    @pages.get("/partners/{partner_id:path}/statement")
    def show_statement(request: Request, partner_id: str, desk: AtDesk) -> Response:
        """The contribution and the score of a partner, printed."""
        return statement(request, desk, Question.read(partner_id, request.query_params))

    _add_openings(pages)

    @pages.get("/partners/{partner_id:path}")
    def show_contribution(request: Request, partner_id: str, desk: AtDesk) -> Response:
        """The contribution of a partner."""
        return contribution(request, desk, Question.read(partner_id, request.query_params))

    _add_operator_pages(pages)
    return pages


def _add_openings(pages: APIRouter) -> None:
    """Add the pages that open a number; they come before that of the partner, whose id may have slashes."""

    @pages.get("/partners/{partner_id:path}/explain/{metric}")
    def show_explanation(request: Request, partner_id: str, metric: str, desk: AtDesk) -> Response:
        """The rows behind a number."""
        return explain(request, desk, Question.read(partner_id, request.query_params), metric)

    @pages.get("/partners/{partner_id:path}/indicators/{indicator}")
    def show_indicator(request: Request, partner_id: str, indicator: str, desk: AtDesk) -> Response:
        """The rows behind an indicator of a score."""
        return explain_indicator(request, desk, Question.read(partner_id, request.query_params), indicator)

    @pages.get("/partners/{partner_id:path}/band/{metric}")
    def show_band(request: Request, partner_id: str, metric: str, desk: AtDesk) -> Response:
        """A band of a benchmark."""
        return band(request, desk, Question.read(partner_id, request.query_params), metric)

    @pages.get("/partners/{partner_id:path}/difference/{metric}")
    def show_difference(request: Request, partner_id: str, metric: str, desk: AtDesk) -> Response:
        """A metric in two editions."""
        return difference(request, desk, Question.read(partner_id, request.query_params), metric)


def _add_operator_pages(pages: APIRouter) -> None:
    @pages.get("/operator/adoption/{customer_id:path}")
    def show_customer_of_program(request: Request, customer_id: str, desk: AtDesk) -> Response:
        """One customer of the program with its licences."""
        return adoption_customer(request, desk, None, customer_id)

    @pages.get("/operator/adoption")
    def show_adoption_of_program(request: Request, desk: AtDesk) -> Response:
        """All customers of the program with their licences."""
        return adoption(request, desk, None)

    @pages.get("/operator/loads")
    def show_loads(request: Request, desk: AtDesk) -> Response:
        """The loads with their balances."""
        return operator.loads(request, desk)

    @pages.get("/operator/quarantine")
    def show_quarantine(request: Request, desk: AtDesk) -> Response:
        """The rows in quarantine by rule."""
        return operator.quarantine(request, desk)

    @pages.get("/operator/editions")
    def show_editions(request: Request, desk: AtDesk) -> Response:
        """The editions."""
        return operator.editions(request, desk)

    @pages.get("/operator/scorecards")
    def show_scorecards(request: Request, desk: AtDesk) -> Response:
        """The scorecards."""
        return operator.scorecards(request, desk)

    @pages.get("/operator/audit")
    def show_audit(request: Request, desk: AtDesk) -> Response:
        """The audit trail."""
        return operator.audit(request, desk)

    _add_operator_forms(pages)


def _add_operator_forms(pages: APIRouter) -> None:
    @pages.post("/operator/build")
    def build(request: Request, desk: AtDesk) -> Response:
        """Build months."""
        month = str(Month.parse(_field(request, "month")))
        desk.build(month, months=_count(_field(request, "months")))
        return RedirectResponse(address("/operator/editions", [("built", month)]), status_code=303)

    @pages.get("/operator/publish")
    def show_publishing(request: Request, desk: AtDesk) -> Response:
        """What publishing a month would change."""
        return publishing(request, desk)

    @pages.post("/operator/publish")
    def publish(request: Request, desk: AtDesk) -> Response:
        """Publish the latest edition of a month; where the form names an edition, that one or none."""
        month = str(Month.parse(_field(request, "month")))
        edition = _field(request, "edition")
        desk.publish(month, edition=_edition(edition) if edition else None)
        return RedirectResponse(address("/operator/editions", [("published", month)]), status_code=303)


def _field(request: Request, name: str) -> str:
    """A field of a form; empty where it was not sent."""
    form: dict[str, list[str]] = request.state.form
    return (form.get(name) or [""])[-1]


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_MONTHS):
        raise UsageError(f"'{text}' months cannot be built", f"build 1 to {MOST_MONTHS}")
    return int(text)


def _edition(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise UsageError(f"'{text}' is no edition", "give the number of an edition")
    return int(text[:9])


def open_routes() -> APIRouter:
    """Return the pages for which nobody has to be signed in."""
    pages = APIRouter(include_in_schema=False, default_response_class=Response)

    @pages.get("/preferences")
    def prefer(request: Request) -> Response:
        """Keep a language, a theme or the keys in a cookie, and go back."""
        query = request.query_params
        known = {
            "language": (LANGUAGE_COOKIE, tuple(LANGUAGES)),
            "theme": (THEME_COOKIE, THEMES),
            "keys": (KEYS_COOKIE, ("on", "off")),
        }
        answer = RedirectResponse(safe_path(one_of(query, "next") or "/"), status_code=303)
        for name, (cookie, words) in known.items():
            if name in query:
                word = choice_of(query, name, words, words[0])
                secure = urlsplit(str(request.base_url)).scheme == "https"
                answer.set_cookie(cookie, word, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)
        return answer

    return pages


class KeptFiles(StaticFiles):
    """Files whose addresses change with their content, so that browsers keep them."""

    def file_response(self, full_path: object, stat_result: object, scope: Scope, status_code: int = 200) -> Response:
        """Return a file that may be kept for a year."""
        answer = super().file_response(full_path, stat_result, scope, status_code)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def static_files() -> KeptFiles:
    """Return the style sheets and scripts, to be mounted at ``/static``."""
    return KeptFiles(packages=[("partnerlens.web", "static")])
