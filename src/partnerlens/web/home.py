"""The first page: the reader's partners, the only one of them, or why there is none."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from partnerlens.access.desk import Desk
from partnerlens.web import operator
from partnerlens.web.page import State, tongue_of
from partnerlens.web.partner import first_place, has_months, nothing_published
from partnerlens.web.partner_list import partners
from partnerlens.web.plain import state_page
from partnerlens.web.question import partner_path


def home(request: Request, desk: Desk) -> Response:
    """Return the first page that is of use to the reader."""
    said = tongue_of(request)
    if not has_months(desk):
        links = operator.navigation(said, "/") if desk.reader.is_operator else ()
        return state_page(request, desk.settings.name, nothing_published(said, desk), links)
    if desk.reader.is_operator:
        return partners(request, desk)
    seen = desk.partners(limit=2)
    if seen.total == 0:
        return state_page(
            request,
            desk.settings.name,
            State(
                "not_entitled",
                said.say("No partner is open to you"),
                said.say(
                    "Your account holds no role at a partner of this program. Ask an account admin of your company."
                ),
            ),
        )
    if seen.total > 1:
        return partners(request, desk)
    (partner,) = seen.partners
    rights = desk.rights(partner.id)
    first = first_place(rights)
    if first is None:
        return state_page(
            request,
            partner.name,
            State(
                "not_entitled",
                said.say("Your role opens none of these pages"),
                said.say("Contribution and score need another role. Ask an account admin of your company."),
            ),
        )
    return RedirectResponse(partner_path(partner.id, first), status_code=303)
