"""One customer: its licences, twelve months of them, the partner's associations, and the advice that fits."""

from decimal import Decimal

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.adoption import CustomerHistory, TrendPoint
from partnerlens.adoption.customer import Standing
from partnerlens.months import Month, window
from partnerlens.web.adoption import Asked, adoption_frame, api_address, curl, trials_switch
from partnerlens.web.adoption_lines import (
    advice_cards,
    group_line,
    left_out_words,
    methods_words,
    number,
    percent,
    product_line,
    tiles_of,
)
from partnerlens.web.adoption_page import AdoptionCustomerPage, MonthLine, StandingLine
from partnerlens.web.page import Link, State, rendered, tongue_of
from partnerlens.web.partner import basis_lines, months_at
from partnerlens.web.question import partner_path
from partnerlens.web.tongue import Tongue
from partnerlens.web.wording import FLAGS


def adoption_customer(request: Request, desk: Desk, partner_id: str | None, customer_id: str) -> Response:
    """Return the page of one customer; without a partner as the whole program sees it."""
    asked = Asked.read(request, partner_id)
    history = desk.customer_adoption(asked.partner_id, customer_id, **asked.words)  # type: ignore[arg-type]
    return rendered(request, _page(request, desk, asked, history))


def _page(request: Request, desk: Desk, asked: Asked, history: CustomerHistory) -> AdoptionCustomerPage:
    said, question = tongue_of(request), asked.question
    found, basis = history.adoption, desk.basis(question.month)
    published = [entry.month for entry in desk.months()]
    place = partner_path(history.customer_id).replace("/partners", "/customers", 1)
    call = curl(request, api_address(asked, basis.month, place)) if asked.partner_id else ""
    notices = [methods_words(said, found), left_out_words(said, found)]
    notices += [said.say(FLAGS[flag].long) for flag in found.flags]
    if question.is_filtered:
        chosen = said.listed([*(question.product or ()), *(question.workload or ()), *(question.country or ())])
        notices.insert(0, said.say("Under these filters alone: %(filters)s.", filters=chosen))
    lines = [line for customer in found.customers for line in customer.lines]
    return AdoptionCustomerPage(
        frame=adoption_frame(request, desk, asked, history.customer_name, call),
        back=Link(said.say("Customers"), asked.href()),
        name=history.customer_name,
        id=history.customer_id,
        country=said.country(history.country),
        months=months_at(
            said,
            published,
            basis.month,
            lambda month: asked.href(question.changed(month=month, edition=None), history.customer_id),
        ),
        basis=basis_lines(said, basis, desk.settings.time_zone),
        notices=tuple(notice for notice in notices if notice),
        switch=trials_switch(said, asked, found, history.customer_id),
        empty=None if lines else _empty(said, asked, history),
        tiles=tiles_of(said, found) if lines else (),
        has_own=found.partner_id is not None,
        has_revenue=found.partner_id is not None and history.revenue is not None,
        products=tuple(product_line(said, line) for line in lines),
        workloads=tuple(group_line(said, group, with_id=False) for group in found.workloads),
        advice=advice_cards(said, found.customers, is_one=True),
        history=tuple(
            _month_line(said, point, (history.revenue or {}).get(point.month), basis.currency)
            for point in reversed(found.trend)
        ),
        standings=tuple(_standing_line(said, standing, window(found.month)) for standing in history.standings),
    )


def _empty(said: Tongue, asked: Asked, history: CustomerHistory) -> State:
    question = asked.question
    return State(
        "filtered_out",
        said.say("No licence is counted here"),
        said.say("The filter leaves none, or all of them are licences that nobody bought."),
        Link(said.say("Show all"), asked.href(question.cleared(), history.customer_id, trials="on")),
    )


def _month_line(said: Tongue, point: TrendPoint, revenue: Decimal | None, currency: str) -> MonthLine:
    money = "" if revenue is None else said.money(revenue, currency)
    if not point.is_seen:
        return MonthLine(said.month(point.month), "", "", "", "", "", "", money)
    counts = point.all
    return MonthLine(
        month=said.month(point.month),
        sold=said.number(counts.sold),
        assigned=said.number(counts.assigned),
        active=number(said, counts.active),
        deployment=percent(said, counts.deployment),
        usage=percent(said, counts.usage),
        own="" if point.own is None else said.number(point.own.sold),
        revenue=money,
    )


def _standing_line(said: Tongue, standing: Standing, months: list[Month]) -> StandingLine:
    held = set(standing.months)
    return StandingLine(
        subscription=standing.subscription_id,
        product=standing.product_name,
        association=standing.type + (f" ({standing.claim})" if standing.claim else ""),
        partner=standing.partner_id,
        months=tuple((said.month_name(month), month in held) for month in months),
        said=said.months(min(held), max(held)),
    )
