"""The list of partners: with values and order for operators, else by name."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.answer.edition import Partner
from partnerlens.errors import PartnerlensError
from partnerlens.model.metric import METRICS, MetricId, metric_id
from partnerlens.months import Month
from partnerlens.web.operator import navigation
from partnerlens.web.page import Frame, Link, State, frame_of, rendered, tongue_of
from partnerlens.web.partner import Choice, Months, basis_lines, first_place, months_of, tier_name
from partnerlens.web.question import Question, address, choice_of, one_of, partner_path, whole_number
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, Pages, pages_of

SORTS = ("value", "name", "points")
"""The orders of the list, the first where none is asked for."""


@dataclass(frozen=True)
class PartnerLine:
    """
    One partner of the list.

    Attributes:
        id: its id.
        name: its name.
        href: its first page.
        country: where it is.
        account: the account that it is a location of; empty for an account.
        value: the value of the chosen metric; a dash where there is none.
        band: the band; empty where there is none.
        points: its score; empty where the program applies no scorecard.
        tier: its tier; empty where the program applies no scorecard.
    """

    id: str
    name: str
    href: str
    country: str
    account: str
    value: str
    band: str
    points: str
    tier: str


@dataclass(frozen=True)
class PartnersPage:
    """
    The partners that the reader may see.

    Attributes:
        frame: what stands around the page.
        search: what is searched for.
        metrics: the metrics to choose from; empty for readers who are no operators.
        sorts: the orders to choose from; empty for readers who are no operators.
        months: the data months to choose from; None where nothing is published.
        basis: what the numbers rest on.
        partners: the partners of the page.
        has_scores: whether there are points and tiers.
        total: how many partners there are.
        pages: where the list stands; None where it is whole.
        empty: why there are none; None where there are.
    """

    template: ClassVar[str] = "partners.html"

    frame: Frame
    search: str
    metrics: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    months: Months | None
    basis: tuple[str, ...]
    partners: tuple[PartnerLine, ...]
    has_scores: bool
    total: str
    pages: Pages | None
    empty: State | None


def partners(request: Request, desk: Desk) -> Response:
    """Return the list of partners: with values and order for operators, else by name."""
    said, query = tongue_of(request), request.query_params
    month = one_of(query, "month")
    month = None if month is None else str(Month.parse(month))
    search = (one_of(query, "search") or "").strip()
    number = whole_number(query, "page", least=1) or 1
    metric = metric_id(one_of(query, "metric") or MetricId.REVENUE)
    sort = choice_of(query, "sort", SORTS, SORTS[0])
    basis = desk.basis(month)
    operator = desk.reader.is_operator
    listed = _listed(desk, search, month)
    values, points = _numbers(desk, metric, month) if operator else ({}, {})
    if operator:
        listed.sort(key=_order(sort, values, points))
    start = (number - 1) * PAGE_ROWS
    asked = [("search", search or None), ("metric", metric.value), ("sort", sort), ("month", month)]
    months = months_of(said, [entry.month for entry in desk.months()], Question(""), "", basis.month)
    page = PartnersPage(
        frame=frame_of(
            request, said.say("All partners"), navigation=navigation(said, "/") if operator else (), call=""
        ),
        search=search,
        metrics=tuple(Choice(known.id.value, said.say(known.title), known.id is metric) for known in METRICS.values())
        if operator
        else (),
        sorts=tuple(
            Choice(code, label, code == sort)
            for code, label in (
                ("value", said.say("Largest value first")),
                ("name", said.say("By name")),
                ("points", said.say("Most points first")),
            )
        )
        if operator
        else (),
        months=Months(months.choices, None, None),
        basis=basis_lines(said, basis, desk.settings.time_zone),
        partners=tuple(
            _partner_line(said, partner, metric, basis.currency, values, points, _href(desk, partner, month))
            for partner in listed[start : start + PAGE_ROWS]
        ),
        has_scores=bool(points),
        total=said.quantity(len(listed), "partners"),
        pages=pages_of(said, len(listed), number, lambda turned: address("/", [*asked, ("page", turned)])),
        empty=None
        if listed
        else State(
            "filtered_out",
            said.say("No partner is found"),
            said.say("No name or id holds '%(search)s'. Search for less of it.", search=search),
            Link(said.say("Show all"), "/"),
        ),
    )
    return rendered(request, page)


def _listed(desk: Desk, search: str, month: str | None) -> list[Partner]:
    """All partners that the reader may see and that match."""
    found: list[Partner] = []
    while True:
        page = desk.partners(search or None, month=month, limit=1000, offset=len(found))
        found += page.partners
        if not page.partners or len(found) >= page.total:
            return found


Values = dict[str, dict[str, Any]]


def _numbers(desk: Desk, metric: MetricId, month: str | None) -> tuple[Values, Values]:
    """The metric and the score of every partner, by id; no scores where the program applies no scorecard."""
    values = {row["partner_id"]: row for row in desk.values(metric.value, month=month).to_pylist()}
    if not desk.settings.scorecards:
        return values, {}
    try:
        table = desk.scores(month=month)
    except PartnerlensError:  # the scorecard begins after the month, or has faults: the list is useful without
        return values, {}
    return values, {row["partner_id"]: row for row in table.to_pylist() if row["counts"]}


def _order(sort: str, values: Values, points: Values) -> Callable[[Partner], Any]:
    def key(partner: Partner) -> Any:
        if sort == "name":
            return (Decimal(0), partner.name.casefold(), partner.id)
        if sort == "points":
            number = Fraction(points[partner.id]["points"]) if partner.id in points else Fraction(-1)
        else:
            text = values.get(partner.id, {}).get("value")
            number = Fraction(text) if text is not None else Fraction(-(10**30))
        return (-number, partner.name.casefold(), partner.id)

    return key


def _href(desk: Desk, partner: Partner, month: str | None) -> str:
    """The first page of a partner that the reader's role opens."""
    place = first_place(desk.rights(partner.id, month=month)) or ""
    return address(partner_path(partner.id, place), [("month", month)])


def _partner_line(
    said: Tongue,
    partner: Partner,
    metric: MetricId,
    currency: str,
    values: Values,
    points: Values,
    href: str,
) -> PartnerLine:
    row, scored = values.get(partner.id, {}), points.get(partner.id)
    unit = METRICS[metric].unit
    value = row.get("value")
    return PartnerLine(
        id=partner.id,
        name=partner.name,
        href=href,
        country=said.country(partner.country),
        account=partner.account or "",
        value="–" if value is None else said.figure(value, currency if unit == "currency" else unit),
        band="" if row.get("band") is None else said.say("%(band)s of 4", band=row["band"]),
        points="" if scored is None else said.points(Fraction(scored["points"])),
        tier="" if scored is None else tier_name(said, scored["tier"]),
    )
