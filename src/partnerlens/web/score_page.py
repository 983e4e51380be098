"""What the score page shows: its context."""

from dataclasses import dataclass
from typing import ClassVar

from partnerlens.web.page import Frame, Link
from partnerlens.web.partner import Choice, Months


@dataclass(frozen=True)
class Mark:
    """
    A tier on the scale.

    Attributes:
        name: its name.
        points: the points that reach it, as text.
        place: where it stands, in hundredths of the width.
    """

    name: str
    points: str
    place: float


@dataclass(frozen=True)
class Line:
    """
    One indicator.

    Attributes:
        id: its id.
        title: its name.
        value: its value; a dash where there is none.
        threshold: the value that earns all points; a dash where none does.
        points: its points.
        most: the most points.
        filled: its points in hundredths of the most.
        next_unit: what one more unit gives.
        remarks: why it earns nothing or less, and what limits it.
        unit: what a unit is called, for the fields of what-if.
        value_unit: what the value is typed in: the unit, or percent.
        can_set: whether there is a value that another can be supposed for.
        instead: the value supposed, as it was typed; empty for none.
        added: units supposed; empty for none.
        why: the page with the rows behind it.
    """

    id: str
    title: str
    value: str
    threshold: str
    points: str
    most: str
    filled: float
    next_unit: str
    remarks: tuple[str, ...]
    unit: str
    value_unit: str
    can_set: bool
    instead: str
    added: str
    why: str


@dataclass(frozen=True)
class Way:
    """
    The way to the next tier.

    Attributes:
        title: which tier, and what is missing.
        steps: what to add, in order, each as a sentence.
        dead_ends: what cannot help, each as a sentence.
    """

    title: str
    steps: tuple[str, ...]
    dead_ends: tuple[str, ...]


@dataclass(frozen=True)
class Rolled:
    """
    One of the twelve months after the data month, if nothing is added.

    Attributes:
        month: the month.
        short: the month's name alone.
        points: the score at its end.
        number: the score as a number, for the drawing.
        tier: the tier at its end.
        changes: what changes, each as a phrase with the page of the rows that leave.
        height: the score in hundredths of the height of the drawing.
        is_lost: whether the present tier is lost by then.
    """

    month: str
    short: str
    points: str
    number: float
    tier: str
    changes: tuple[Link, ...]
    height: float
    is_lost: bool


@dataclass(frozen=True)
class Other:
    """
    The partner under one track of one scorecard.

    Attributes:
        link: the scorecard and the track, with the page of the score.
        points: the total.
        tier: the tier, or that there is none.
        next_tier: the next tier, with what is missing; empty at the best.
    """

    link: Link
    points: str
    tier: str
    next_tier: str


@dataclass(frozen=True)
class ScorePage:
    """
    The score of a partner.

    Attributes:
        frame: what stands around the page.
        action: the address that the choices are sent to.
        months: the data months to choose from.
        scorecards: the scorecards to choose from.
        tracks: the tracks to choose from; empty where there is one.
        basis: what the numbers rest on.
        notice: what to know about a shared link; empty otherwise.
        share: the link that keeps month, edition and what is supposed.
        statement: the contribution and the score as a file; empty where the role takes none away.
        title: scorecard and track.
        remarks: what to know about the score.
        points: the total.
        was: the total without what is supposed; empty where nothing is.
        tier: the tier, or that there is none.
        fill: the total in hundredths of the scale.
        marks: the tiers on the scale.
        lines: the indicators.
        way: the way to the next tier; None at the best.
        roll_off: the next twelve months.
        lost: in which month the tier is lost, or that it lasts; empty without a tier.
        others: the partner under every track and scorecard of the program, side by side; empty where there is one.
        rules: the parameters of the scorecard by name.
        kept: what the form of what-if keeps of the address.
        reset: the link without what is supposed; None where nothing is.
        announcement: what a screen reader says after a choice changed.
    """

    template: ClassVar[str] = "score.html"

    frame: Frame
    action: str
    months: Months
    scorecards: tuple[Choice, ...]
    tracks: tuple[Choice, ...]
    basis: tuple[str, ...]
    notice: str
    share: Link
    statement: str
    title: str
    remarks: tuple[str, ...]
    points: str
    was: str
    tier: str
    fill: float
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    way: Way | None
    roll_off: tuple[Rolled, ...]
    lost: str
    others: tuple[Other, ...]
    rules: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    reset: Link | None
    announcement: str
