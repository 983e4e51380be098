"""What all pages of a partner share: their navigation, the months to choose from, and what the numbers rest on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from partnerlens.access.desk import Basis, Desk
from partnerlens.access.reader import Rights
from partnerlens.access.roles import OPERATOR, built_in_roles
from partnerlens.errors import NotFoundError
from partnerlens.months import Month
from partnerlens.web import wording
from partnerlens.web.page import Frame, Link, State, Subject, frame_of, tongue_of
from partnerlens.web.question import Question
from partnerlens.web.tongue import Tongue

PAGES = {"contribution": "", "score": "score", "adoption": "adoption", "findings": "findings"}
"""The pages of a partner, by what opens them, with their place below its address."""


@dataclass(frozen=True)
class Choice:
    """
    One choice of a list.

    Attributes:
        value: what the address carries.
        label: what the reader sees.
        is_chosen: whether it holds.
    """

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Months:
    """
    The data months to choose from.

    Attributes:
        choices: the published months, latest first.
        earlier: the month before, with its link; None where it is not published.
        later: the month after, with its link; None where it is not published.
    """

    choices: tuple[Choice, ...]
    earlier: Link | None
    later: Link | None


def first_place(rights: Rights) -> str | None:
    """Return the place of the first page of a partner that the reader's role opens; None where it opens none."""
    return next((place for page, place in PAGES.items() if page in rights.pages), None)


def titles(said: Tongue) -> dict[str, str]:
    """Return what the pages of a partner are called."""
    return {
        "contribution": said.say("Contribution"),
        "score": said.say("Score"),
        "adoption": said.say("Customers"),
        "findings": said.say("Findings"),
    }


def partner_frame(
    request: Request,
    question: Question,
    subject: Subject,
    rights: Rights,
    here: str,
    *,
    title: str = "",
    call: str = "",
) -> Frame:
    """Return the frame of a page of a partner; only pages that the reader's role opens are in its navigation."""
    said = tongue_of(request)
    named = titles(said)
    count = finding_count(request, question, subject, rights)
    labels = named | {"findings": f"{named['findings']} · {said.number(count)}"} if count else named
    navigation = [
        Link(labels[page], question.changed(edition=None).href(place), page == here)
        for page, place in PAGES.items()
        if page in rights.pages
    ]
    return frame_of(
        request,
        f"{title or named.get(here, '')} · {subject.name}",
        partner=subject,
        navigation=(operator_link(said), *navigation) if rights.is_operator else tuple(navigation),
        eyes=tuple((name, said.say(role.title)) for name, role in built_in_roles().items() if name != OPERATOR)
        if rights.is_operator
        else (),
        call=call,
    )


def finding_count(request: Request, question: Question, subject: Subject, rights: Rights) -> int | None:
    """Return how many findings stand beside the link to them; None where it is not known yet, or not for the reader."""
    desk: Desk | None = getattr(request.state, "desk", None)
    if desk is None or "findings" not in rights.pages:
        return None
    return desk.finding_count(subject.id, month=question.month)


def operator_link(said: Tongue) -> Link:
    """Return the way back to the operator's pages."""
    return Link(said.say("All partners"), "/")


def months_of(said: Tongue, published: Sequence[str], question: Question, page: str, shown: str) -> Months:
    """
    Return the months to choose from.

    Args:
        said: the language.
        published: the published months, latest first.
        question: what is asked.
        page: the page below the partner's.
        shown: the month that is shown.
    """
    return months_at(said, published, shown, lambda month: question.changed(month=month, edition=None).href(page))


def months_at(said: Tongue, published: Sequence[str], shown: str, address: Callable[[str], str]) -> Months:
    """
    Return the months to choose from.

    Args:
        said: the language.
        published: the published months, latest first.
        shown: the month that is shown.
        address: of the page in a month.
    """

    def step(by: int) -> Link | None:
        month = str(Month.parse(shown) + by)
        return Link(said.month(Month.parse(month)), address(month)) if month in published else None

    return Months(
        tuple(Choice(month, said.month(Month.parse(month)), month == shown) for month in published), step(-1), step(1)
    )


def basis_lines(said: Tongue, basis: Basis, time_zone: str, peers: int | None = None) -> tuple[str, ...]:
    """Return what an answer rests on, in a few short texts."""
    lines = []
    if basis.data_as_of is not None:
        lines.append(said.say("Data as of %(moment)s", moment=said.moment(basis.data_as_of, time_zone)))
    lines.append(said.say("Edition %(edition)s", edition=basis.edition))
    lines.append(said.say("Credit policy %(policy)s", policy=basis.credit_policy))
    if peers is not None:
        lines.append(
            said.say_count("%(number)s partner compared", "%(number)s partners compared", peers)
            if peers
            else said.say("No comparison")
        )
    return tuple(lines)


def pinned_notice(said: Tongue, question: Question, basis: Basis) -> str:
    """Return what to know where a link was made from another edition than the one that answers; empty otherwise."""
    if question.edition is None or question.edition == basis.edition:
        return ""
    return said.say(
        "This link was made from edition %(pinned)s. The month has been published again since; "
        "you see edition %(edition)s.",
        pinned=question.edition,
        edition=basis.edition,
    )


def nothing_published(said: Tongue, desk: Desk) -> State:
    """Return why a program without a published month has nothing to show."""
    if desk.reader.is_operator:
        return State(
            "no_data",
            said.say("No data yet"),
            said.say("No month is published. Load facts, build a month, and publish it."),
            Link(said.say("Editions"), "/operator/editions"),
        )
    return State(
        "no_data",
        said.say("No data yet"),
        said.say("No month is published yet. Your program's operator publishes the first one; come back then."),
    )


def has_months(desk: Desk) -> bool:
    """Whether anything is published."""
    try:
        desk.basis()
    except NotFoundError:
        return False
    return True


def tier_name(said: Tongue, tier: str | None) -> str:
    """Return what a tier is called; a program's own ones keep their name."""
    return said.say("No tier") if tier is None else said.say(wording.TIERS.get(tier, tier))
