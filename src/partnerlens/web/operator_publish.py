"""The page before a month is published: which partners would change tier."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.app.publications import PublicationPreview, ScorecardPreview
from partnerlens.errors import UsageError
from partnerlens.months import Month
from partnerlens.score.tier_changes import Standing, TierChange
from partnerlens.web.operator import navigation
from partnerlens.web.page import Frame, Link, State, frame_of, rendered, tongue_of
from partnerlens.web.partner import tier_name
from partnerlens.web.question import address, one_of, partner_path, whole_number
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, Pages, pages_of

PLACE = "/operator/publish"


@dataclass(frozen=True)
class ScorecardTiers:
    """
    One scorecard in the two editions.

    Attributes:
        title: its name.
        compared: how many partners are compared.
        changed: how many tiers change.
        up: how many partners rise.
        down: how many partners fall.
        remark: why nothing is compared, or that the version changes; empty otherwise.
    """

    title: str
    compared: str
    changed: str
    up: str
    down: str
    remark: str


@dataclass(frozen=True)
class TierLine:
    """
    A partner whose tier changes.

    Attributes:
        id: the partner.
        name: its name.
        href: its score as readers see it now.
        scorecard: the scorecard's name, and where each track is a score of its own the track's.
        direction: ``up`` or ``down``; empty for neither.
        before: its tier now.
        after: its tier once the edition is published.
        points_before: its points now; empty where it has none.
        points: its points once the edition is published; empty where it has none.
    """

    id: str
    name: str
    href: str
    scorecard: str
    direction: str
    before: str
    after: str
    points_before: str
    points: str


@dataclass(frozen=True)
class PublishPage:
    """
    What publishing a month would change.

    Attributes:
        frame: what stands around the page.
        back: the way back to the editions.
        title: which month.
        sentence: which edition would take the place of which.
        month: the month as the form sends it.
        edition: the edition as the form sends it; empty where it is published already.
        scorecards: the scorecards with how many tiers change.
        changes: the partners of this page of the list.
        pages: where the list stands; None where it is whole.
        empty: why no partner is listed; None where some are.
    """

    template: ClassVar[str] = "publish.html"

    frame: Frame
    back: Link
    title: str
    sentence: str
    month: str
    edition: str
    scorecards: tuple[ScorecardTiers, ...]
    changes: tuple[TierLine, ...]
    pages: Pages | None
    empty: State | None


def publishing(request: Request, desk: Desk) -> Response:
    """Return the page that says what publishing a month would change."""
    desk.check_operator()
    said, query = tongue_of(request), request.query_params
    asked = one_of(query, "month")
    if asked is None:
        raise UsageError("no month is named", "choose one among the editions")
    number = whole_number(query, "page", least=1) or 1
    month = Month.parse(asked)
    preview = desk.publication_preview(str(month))
    lines = [(each, change) for each in preview.scorecards for change in each.changes]
    start = (number - 1) * PAGE_ROWS
    title = said.say("Publish %(month)s", month=said.month(month))
    page = PublishPage(
        frame=frame_of(request, title, navigation=navigation(said, "/operator/editions")),
        back=Link(said.say("Editions"), "/operator/editions"),
        title=title,
        sentence=_sentence(said, preview),
        month=str(month),
        edition="" if preview.before == preview.edition else str(preview.edition),
        scorecards=tuple(_scorecard(said, each) for each in preview.scorecards),
        changes=tuple(_line(said, preview, each, change) for each, change in lines[start : start + PAGE_ROWS]),
        pages=pages_of(said, len(lines), number, lambda turned: address(PLACE, [("month", asked), ("page", turned)])),
        empty=None if lines else _empty(said, preview),
    )
    return rendered(request, page)


def _sentence(said: Tongue, preview: PublicationPreview) -> str:
    edition = preview.edition
    if preview.before is None:
        return said.say("Readers would see edition %(edition)s.", edition=edition)
    if preview.before == edition:
        return said.say("Readers see edition %(edition)s.", edition=edition)
    return said.say(
        "Readers see edition %(before)s; they would see edition %(edition)s.", before=preview.before, edition=edition
    )


def _empty(said: Tongue, preview: PublicationPreview) -> State:
    if preview.before is None:
        return State(
            "no_data",
            said.say("Nothing to compare with"),
            said.say("This month was not published before, so no partner has a tier in it that could change."),
        )
    if preview.before == preview.edition:
        return State(
            "no_data",
            said.say("The latest edition is published"),
            said.say("Build the month again after a load; what would change is listed here."),
        )
    if not any(each.compared for each in preview.scorecards):
        return State(
            "no_data",
            said.say("No scorecard to compare"),
            said.say("No scorecard is held by both editions. Name scorecards in program.toml, and build again."),
        )
    return State(
        "no_data", said.say("No tier changes"), said.say("Every partner keeps its tier under every scorecard.")
    )


def _scorecard(said: Tongue, preview: ScorecardPreview) -> ScorecardTiers:
    remark = ""
    if preview.version_before is None:
        remark = said.say("Not compared: the published edition does not hold it.")
    elif preview.version is None:
        remark = said.say("Not compared: the new edition does not hold it.")
    elif preview.version != preview.version_before:
        remark = said.say("Version %(before)s becomes %(after)s.", before=preview.version_before, after=preview.version)
    return ScorecardTiers(
        title=said.say(preview.scorecard.title),
        compared=said.number(preview.compared),
        changed=said.number(preview.count()),
        up=said.number(preview.count("up")),
        down=said.number(preview.count("down")),
        remark=remark,
    )


def _line(said: Tongue, preview: PublicationPreview, each: ScorecardPreview, change: TierChange) -> TierLine:
    standing = change.after or change.before
    scorecard = said.say(each.scorecard.title)
    if standing is not None and standing.track in each.scorecard.tracks and len(each.scorecard.tracks) > 1:
        scorecard = f"{scorecard} · {said.say(each.scorecard.tracks[standing.track].title)}"
    month, identifier = str(preview.month), each.scorecard.id
    return TierLine(
        id=change.partner_id,
        name=preview.names[change.partner_id],
        href=address(f"{partner_path(change.partner_id)}/score", [("month", month), ("scorecard", identifier)])
        if change.before
        else "",
        scorecard=scorecard,
        direction=change.direction or "",
        before=_tier(said, change.before),
        after=_tier(said, change.after),
        points_before=_points(said, change.before),
        points=_points(said, change.after),
    )


def _tier(said: Tongue, standing: Standing | None) -> str:
    return said.say("not in the edition") if standing is None else tier_name(said, standing.tier)


def _points(said: Tongue, standing: Standing | None) -> str:
    return "" if standing is None else said.points(standing.points)
