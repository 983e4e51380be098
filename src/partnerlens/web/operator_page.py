"""What the operator's pages show: their contexts."""

from dataclasses import dataclass
from typing import ClassVar

from partnerlens.web.page import Frame, Link, State
from partnerlens.web.turning import Pages


@dataclass(frozen=True)
class Outcome:
    """
    What became of some rows of a load.

    Attributes:
        kind: ``loaded``, ``duplicate``, ``replaced`` or ``quarantined``.
        label: the kind in words.
        rows: how many rows.
        start: where its part of the bar begins, in hundredths.
        width: how wide its part is, in hundredths.
    """

    kind: str
    label: str
    rows: str
    start: float
    width: float


@dataclass(frozen=True)
class LoadLine:
    """
    One load.

    Attributes:
        id: its number.
        file: the file's name.
        finished: when it was committed.
        tables: the fact tables.
        rows: how many rows were read.
        outcomes: what became of them.
        said: the balance in a sentence.
        quarantine: the link to its rows in quarantine; None without any.
    """

    id: int
    file: str
    finished: str
    tables: str
    rows: str
    outcomes: tuple[Outcome, ...]
    said: str
    quarantine: Link | None


@dataclass(frozen=True)
class LoadsPage:
    """
    The loads, latest first.

    Attributes:
        frame: what stands around the page.
        loads: the loads of the page.
        pages: where the list stands; None where it is whole.
        legend: what the parts of the bars are called.
        empty: why there are none; None where there are.
    """

    template: ClassVar[str] = "loads.html"

    frame: Frame
    loads: tuple[LoadLine, ...]
    pages: Pages | None
    legend: tuple[tuple[str, str], ...]
    empty: State | None


@dataclass(frozen=True)
class RuleLine:
    """
    The faults of one rule.

    Attributes:
        rule: the rule's code.
        table: the fact table.
        faults: how many there are.
        problem: the first fault in words.
        remedy: what to do.
        href: the page with the rows.
    """

    rule: str
    table: str
    faults: str
    problem: str
    remedy: str
    href: str


@dataclass(frozen=True)
class FaultLine:
    """
    One fault of a row.

    Attributes:
        place: file and line.
        column: the column; empty for the row as a whole.
        value: the value found; empty where there is none.
        problem: what is wrong.
        remedy: what to do.
        is_waiting: whether the row is tried again after each load.
    """

    place: str
    column: str
    value: str
    problem: str
    remedy: str
    is_waiting: bool


@dataclass(frozen=True)
class QuarantinePage:
    """
    The rows in quarantine.

    Attributes:
        frame: what stands around the page.
        load: the load; None for all.
        everything: the link to all loads; None where all are shown.
        rules: the faults by rule.
        within: the rule whose faults are listed; empty for the sums.
        up: the link back to the sums; None where they are shown.
        faults: faults, where they are listed.
        pages: where the list stands; None where it is whole.
        notice: that there are more than were looked at; empty otherwise.
        empty: why there are none; None where there are.
    """

    template: ClassVar[str] = "quarantine.html"

    frame: Frame
    load: int | None
    everything: Link | None
    rules: tuple[RuleLine, ...]
    within: str
    up: Link | None
    faults: tuple[FaultLine, ...]
    pages: Pages | None
    notice: str
    empty: State | None


@dataclass(frozen=True)
class EditionLine:
    """
    One edition.

    Attributes:
        number: its number.
        month: its data month.
        month_id: the month as addresses have it.
        built: when it was built.
        digest: the digest of what it holds.
        published: since when readers see it; empty where they do not.
        may_publish: whether it is the latest of its month and not published.
    """

    number: int
    month: str
    month_id: str
    built: str
    digest: str
    published: str
    may_publish: bool


@dataclass(frozen=True)
class EditionsPage:
    """
    The editions, latest first.

    Attributes:
        frame: what stands around the page.
        editions: the editions of the page.
        pages: where the list stands; None where it is whole.
        next_month: the month that the form for building proposes.
        done: what was just done; empty otherwise.
        empty: why there are none; None where there are.
    """

    template: ClassVar[str] = "editions.html"

    frame: Frame
    editions: tuple[EditionLine, ...]
    pages: Pages | None
    next_month: str
    done: str
    empty: State | None


@dataclass(frozen=True)
class ScorecardLine:
    """
    One version of a scorecard.

    Attributes:
        id: the scorecard.
        version: the version.
        title: its name.
        tracks: its tracks.
        span: the days it holds.
        origin: the file it stands in.
        is_applied: whether the program applies it.
    """

    id: str
    version: str
    title: str
    tracks: str
    span: str
    origin: str
    is_applied: bool


@dataclass(frozen=True)
class ScorecardsPage:
    """
    The scorecards with their versions.

    Attributes:
        frame: what stands around the page.
        scorecards: every version.
    """

    template: ClassVar[str] = "scorecards.html"

    frame: Frame
    scorecards: tuple[ScorecardLine, ...]


@dataclass(frozen=True)
class AuditLine:
    """
    Something that was done.

    Attributes:
        at: when.
        who: the user's address.
        action: what.
        subject: what it was done to.
        detail: more about it.
    """

    at: str
    who: str
    action: str
    subject: str
    detail: str


@dataclass(frozen=True)
class TrailPage:
    """
    The audit trail, latest first.

    Attributes:
        frame: what stands around the page.
        entries: the entries of the page.
        pages: where the list stands; None where it is whole.
    """

    template: ClassVar[str] = "audit.html"

    frame: Frame
    entries: tuple[AuditLine, ...]
    pages: Pages | None
