"""The operator's pages: partners, loads with quarantine, editions with publishing, scorecards, and the audit trail."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.errors import ForbiddenError
from partnerlens.months import Month
from partnerlens.store import Load, Rejection
from partnerlens.web.chart import share
from partnerlens.web.operator_page import (
    AuditLine,
    EditionLine,
    EditionsPage,
    FaultLine,
    LoadLine,
    LoadsPage,
    Outcome,
    QuarantinePage,
    RuleLine,
    ScorecardLine,
    ScorecardsPage,
    TrailPage,
)
from partnerlens.web.page import Frame, Link, State, frame_of, rendered, tongue_of
from partnerlens.web.question import address, one_of, whole_number
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, pages_of

MOST_REJECTIONS = 50_000
"""Most faults in quarantine that a page looks at; where there are more it says so."""

OUTCOMES = ("loaded", "duplicate", "replaced", "quarantined")
"""What becomes of rows, in the order of the bars."""


def navigation(said: Tongue, here: str) -> tuple[Link, ...]:
    """Return the operator's pages."""
    named = {
        "/": said.say("All partners"),
        "/operator/adoption": said.say("All customers"),
        "/operator/loads": said.say("Loads"),
        "/operator/quarantine": said.say("Quarantine"),
        "/operator/editions": said.say("Editions"),
        "/operator/scorecards": said.say("Scorecards"),
        "/operator/audit": said.say("Audit"),
    }
    return tuple(Link(label, path, path == here) for path, label in named.items())


def loads(request: Request, desk: Desk) -> Response:
    """Return the loads with their balances."""
    said = tongue_of(request)
    number = whole_number(request.query_params, "page", least=1) or 1
    found = desk.loads()[::-1]
    start = (number - 1) * PAGE_ROWS
    page = LoadsPage(
        frame=_frame(request, said, "/operator/loads"),
        loads=tuple(_load_line(said, load, desk.settings.time_zone) for load in found[start : start + PAGE_ROWS]),
        pages=pages_of(said, len(found), number, lambda turned: address("/operator/loads", [("page", turned)])),
        legend=tuple((kind, _outcomes(said)[kind]) for kind in OUTCOMES),
        empty=None
        if found
        else State("no_data", said.say("No data yet"), said.say("Load files with 'partnerlens load', then look here.")),
    )
    return rendered(request, page)


def quarantine(request: Request, desk: Desk) -> Response:
    """Return the rows in quarantine by rule, or the faults of one rule."""
    said, query = tongue_of(request), request.query_params
    load = whole_number(query, "load", least=1)
    rule, table = one_of(query, "rule"), one_of(query, "table")
    number = whole_number(query, "page", least=1) or 1
    found = desk.quarantine(load, limit=MOST_REJECTIONS)
    there = desk.quarantine_count(load)
    place = "/operator/quarantine"
    mine = [fault for fault in found if fault.rule == rule and fault.table == table] if rule else []
    start = (number - 1) * PAGE_ROWS
    here = [("load", load), ("rule", rule), ("table", table)]
    page = QuarantinePage(
        frame=_frame(request, said, place),
        load=load,
        everything=Link(said.say("All loads"), place) if load else None,
        rules=() if rule else _rules(said, found, load),
        within=f"{rule} · {table}" if rule else "",
        up=Link(said.say("Back to the sums"), address(place, [("load", load)])) if rule else None,
        faults=tuple(_fault(said, fault) for fault in mine[start : start + PAGE_ROWS]),
        pages=pages_of(said, len(mine), number, lambda turned: address(place, [*here, ("page", turned)]))
        if rule
        else None,
        notice=said.say(
            "There are %(there)s faults; the first %(seen)s are shown here. 'partnerlens quarantine' lists all.",
            there=said.number(there),
            seen=said.number(len(found)),
        )
        if there > len(found)
        else "",
        empty=None
        if found
        else State(
            "no_data", said.say("The quarantine is empty"), said.say("Every row that was read has been loaded.")
        ),
    )
    return rendered(request, page)


def editions(request: Request, desk: Desk) -> Response:
    """Return the editions, and the forms that build and publish."""
    said, query = tongue_of(request), request.query_params
    number = whole_number(query, "page", least=1) or 1
    found = desk.editions()[::-1]
    latest: dict[Month, int] = {}
    for entry in found:
        latest.setdefault(entry.edition.month, entry.edition.number)
    zone = desk.settings.time_zone
    start = (number - 1) * PAGE_ROWS
    lines = tuple(
        EditionLine(
            number=entry.edition.number,
            month=said.month(entry.edition.month),
            month_id=str(entry.edition.month),
            built=said.moment(entry.edition.built_at, zone),
            digest=entry.edition.digest[:12],
            published="" if entry.published_at is None else said.moment(entry.published_at, zone),
            may_publish=entry.published_at is None and latest[entry.edition.month] == entry.edition.number,
        )
        for entry in found[start : start + PAGE_ROWS]
    )
    newest = max(latest, default=None)
    page = EditionsPage(
        frame=_frame(request, said, "/operator/editions"),
        editions=lines,
        pages=pages_of(said, len(found), number, lambda turned: address("/operator/editions", [("page", turned)])),
        next_month="" if newest is None else str(newest + 1),
        done=_done(said, one_of(query, "built"), one_of(query, "published")),
        empty=None
        if found
        else State("no_data", said.say("No data yet"), said.say("No month is built. Load facts, then build a month.")),
    )
    return rendered(request, page)


def scorecards(request: Request, desk: Desk) -> Response:
    """Return the scorecards with their versions."""
    if not desk.reader.is_operator:
        raise ForbiddenError("this is for program operators", "ask the program's operator")
    said = tongue_of(request)
    applied = desk.settings.scorecards
    lines = tuple(
        ScorecardLine(
            id=version.id,
            version=version.version,
            title=said.say(version.title),
            tracks=", ".join(version.tracks),
            span=said.say("from %(day)s", day=said.day(version.effective_from))
            if version.effective_until is None
            else said.say(
                "%(first)s to %(last)s",
                first=said.day(version.effective_from),
                last=said.day(version.effective_until),
            ),
            origin=version.origin,
            is_applied=version.id in applied,
        )
        for version in sorted(
            desk.scorecards(), key=lambda entry: (entry.id not in applied, entry.id, entry.version), reverse=False
        )
    )
    return rendered(request, ScorecardsPage(_frame(request, said, "/operator/scorecards"), lines))


def audit(request: Request, desk: Desk) -> Response:
    """Return the audit trail."""
    said = tongue_of(request)
    number = whole_number(request.query_params, "page", least=1) or 1
    trail = desk.audit_trail(limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)
    page = TrailPage(
        frame=_frame(request, said, "/operator/audit"),
        entries=tuple(
            AuditLine(
                said.moment(entry.at, desk.settings.time_zone), entry.email, entry.action, entry.subject, entry.detail
            )
            for entry in trail.entries
        ),
        pages=pages_of(said, trail.total, number, lambda turned: address("/operator/audit", [("page", turned)])),
    )
    return rendered(request, page)


def _frame(request: Request, said: Tongue, here: str) -> Frame:
    links = navigation(said, here)
    title = next(link.label for link in links if link.is_here)
    return frame_of(request, title, navigation=links)


def _outcomes(said: Tongue) -> dict[str, str]:
    return {
        "loaded": said.say("loaded"),
        "duplicate": said.say("duplicate"),
        "replaced": said.say("replaced"),
        "quarantined": said.say("in quarantine"),
    }


def _load_line(said: Tongue, load: Load, time_zone: str) -> LoadLine:
    total = sum(balance.rows_in for balance in load.balances)
    labels = _outcomes(said)
    outcomes = []
    start = 0.0
    for kind in OUTCOMES:
        rows = sum(getattr(balance, kind) for balance in load.balances)
        width = share(rows, total)
        outcomes.append(Outcome(kind, labels[kind], said.number(rows), round(start, 2), width))
        start += width
    rejected = sum(balance.quarantined for balance in load.balances)
    return LoadLine(
        id=load.id,
        file=load.file,
        finished=said.moment(load.finished_at, time_zone),
        tables=", ".join(balance.table for balance in load.balances),
        rows=said.number(total),
        outcomes=tuple(outcomes),
        said=", ".join(f"{outcome.label} {outcome.rows}" for outcome in outcomes),
        quarantine=Link(said.quantity(rejected, "rows"), address("/operator/quarantine", [("load", load.id)]))
        if rejected
        else None,
    )


def _rules(said: Tongue, found: list[Rejection], load: int | None) -> tuple[RuleLine, ...]:
    ordered = sorted(found, key=lambda fault: (fault.rule, fault.table))
    lines = []
    for (rule, table), faults in groupby(ordered, key=lambda fault: (fault.rule, fault.table)):
        mine = list(faults)
        href = address("/operator/quarantine", [("load", load), ("rule", rule), ("table", table)])
        lines.append((len(mine), RuleLine(rule, table, said.number(len(mine)), mine[0].problem, mine[0].remedy, href)))
    return tuple(line for _, line in sorted(lines, key=lambda entry: -entry[0]))


def _fault(said: Tongue, fault: Rejection) -> FaultLine:
    line = "" if fault.line is None else said.say(", line %(line)s", line=said.number(fault.line))
    return FaultLine(
        f"{fault.file}{line}", fault.column or "", fault.value or "", fault.problem, fault.remedy, fault.is_waiting
    )


def _done(said: Tongue, built: str | None, published: str | None) -> str:
    if published:
        return said.say("%(month)s is published.", month=said.month(Month.parse(published)))
    if built:
        return said.say(
            "%(month)s is built. Readers see it once it is published.", month=said.month(Month.parse(built))
        )
    return ""
