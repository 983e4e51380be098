"""The page that opens a band of a benchmark: its ranges, how it is cut, and for operators the partners in it."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.answer.band import BandMember, OpenBand
from partnerlens.answer.benchmark import BANDS
from partnerlens.model.metric import metric_id
from partnerlens.web import wording
from partnerlens.web.explain_place import Place
from partnerlens.web.page import Frame, Link, State, Subject, rendered, tongue_of
from partnerlens.web.partner import basis_lines, partner_frame
from partnerlens.web.question import Question, whole_number
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, Pages, pages_of


@dataclass(frozen=True)
class BandLine:
    """
    One band of the benchmark.

    Attributes:
        name: its name, with the page that opens it.
        low: the smallest value in it; empty where it has no partner.
        high: the largest value in it.
        partners: how many partners are in it.
        is_own: whether it is the partner's.
    """

    name: Link
    low: str
    high: str
    partners: str
    is_own: bool


@dataclass(frozen=True)
class MemberLine:
    """
    One partner of the band, for operators.

    Attributes:
        rank: its place among all that are compared.
        name: its name, with the page of its own number.
        id: its id.
        value: its value.
        below: how many of the others lie strictly below.
        is_own: whether it is the partner that the page is about.
    """

    rank: str
    name: Link
    id: str
    value: str
    below: str
    is_own: bool


@dataclass(frozen=True)
class BandPage:
    """
    A band of a metric's benchmark.

    Attributes:
        frame: what stands around the page.
        back: the page of the number.
        title: the number, and where it stands.
        basis: what the number rests on.
        bands: the four bands; empty where the benchmark is withheld.
        rule: how bands are cut.
        reasons: why the partner is not compared, or nobody is.
        within: the band that is open; empty where none is.
        members: the partners in it; empty but for operators.
        pages: where the list stands; None where it is whole.
        exports: the partners as files; empty but for operators.
        empty: why there is no band; None where there is.
    """

    template: ClassVar[str] = "band.html"

    frame: Frame
    back: Link
    title: str
    basis: tuple[str, ...]
    bands: tuple[BandLine, ...]
    rule: str
    reasons: tuple[str, ...]
    within: str
    members: tuple[MemberLine, ...]
    pages: Pages | None
    exports: tuple[Link, ...]
    empty: State | None


def band(request: Request, desk: Desk, question: Question, metric: str) -> Response:
    """Return the page that opens a band of a metric."""
    said, query, subject = tongue_of(request), request.query_params, metric_id(metric)
    number, page = whole_number(query, "band", least=1), whole_number(query, "page", least=1) or 1
    found = desk.band(question.partner_id, subject.value, band=number, **question.asked)
    opened, plain = found.opened, question.changed(edition=None)
    place, here = Place.of_metric(subject.value), f"band/{subject.value}"
    start = (page - 1) * PAGE_ROWS
    members = tuple(_member(said, plain, opened, member) for member in opened.members[start : start + PAGE_ROWS])
    title = said.say(opened.metric.title)
    return rendered(
        request,
        BandPage(
            frame=partner_frame(
                request,
                question,
                Subject(opened.partner_id, opened.partner_name),
                found.rights,
                "explain",
                title=title,
            ),
            back=Link(title, place.href(plain)),
            title=_title(said, opened),
            basis=basis_lines(said, desk.basis(question.month), desk.settings.time_zone, opened.benchmark.peers),
            bands=_bands(said, plain, here, opened),
            rule=said.say(opened.rule),
            reasons=tuple(said.say(sentence) for sentence in opened.reasons.values()),
            within=said.say("Band %(band)s", band=opened.band) if opened.band else "",
            members=members,
            pages=pages_of(
                said, len(opened.members), page, lambda turned: plain.href(here, band=opened.band, page=turned)
            ),
            exports=_exports(place, question, opened) if found.rights.is_operator and opened.band else (),
            empty=_empty(said, opened),
        ),
    )


def _title(said: Tongue, opened: OpenBand) -> str:
    metric = said.say(opened.metric.title)
    value = "–" if opened.value is None else said.quantity(opened.value, opened.unit)
    own = opened.benchmark.band
    if own is None:
        return said.say("%(metric)s: %(value)s, in no band", metric=metric, value=value)
    return said.say("%(metric)s: %(value)s, in band %(band)s of 4", metric=metric, value=value, band=own)


def _bands(said: Tongue, question: Question, here: str, opened: OpenBand) -> tuple[BandLine, ...]:
    benchmark = opened.benchmark
    held = {entry.band: entry for entry in benchmark.ranges}
    if not held:
        return ()
    lines = []
    for number in range(1, BANDS + 1):
        entry = held.get(number)
        lines.append(
            BandLine(
                name=Link(
                    said.say("Band %(band)s", band=number),
                    question.href(here, band=number) if opened.is_exact and entry else "",
                    number == opened.band,
                ),
                low=said.figure(entry.minimum, opened.unit) if entry else "",
                high=said.figure(entry.maximum, opened.unit) if entry else "",
                partners=said.quantity(entry.partners if entry else 0, "partners"),
                is_own=number == benchmark.band,
            )
        )
    return tuple(lines)


def _member(said: Tongue, question: Question, opened: OpenBand, member: BandMember) -> MemberLine:
    theirs = question.changed(partner_id=member.partner_id)
    return MemberLine(
        rank=said.number(member.rank),
        name=Link(member.partner_name, theirs.href(f"explain/{opened.metric.id.value}")),
        id=member.partner_id,
        value=said.figure(member.value, opened.unit),
        below=said.number(member.below),
        is_own=member.partner_id == opened.partner_id,
    )


def _exports(place: Place, question: Question, opened: OpenBand) -> tuple[Link, ...]:
    pinned = question.changed(month=str(opened.month), edition=None)
    return tuple(
        Link(form, place.source_href(pinned, "band/rows", format=form.lower(), band=opened.band))
        for form in ("CSV", "XLSX", "Parquet")
    )


def _empty(said: Tongue, opened: OpenBand) -> State | None:
    withheld = opened.benchmark.withheld
    if withheld is None:
        return None
    words = wording.WITHHELD.get(withheld)
    short = said.say(words.short) if words else withheld
    return State("withheld", short, said.say(words.long) if words else "")
