"""What a statement shows: its context, made of the same parts as the pages of contribution and score."""

from dataclasses import dataclass
from typing import ClassVar

from partnerlens.web.contribution_page import Group
from partnerlens.web.score_page import Line, Way


@dataclass(frozen=True)
class Fact:
    """
    One thing that a statement rests on.

    Attributes:
        name: what it is.
        value: its value.
        is_code: whether the value is made for machines.
    """

    name: str
    value: str
    is_code: bool = False


@dataclass(frozen=True)
class RowsLine:
    """
    The rows behind one metric.

    Attributes:
        title: the metric.
        counted: how many rows count.
        not_counted: how many near ones do not.
        digest: the digest of the rows that count; empty where the role does not see it.
    """

    title: str
    counted: str
    not_counted: str
    digest: str


@dataclass(frozen=True)
class ScorePart:
    """
    The score of a statement.

    Attributes:
        title: scorecard and track.
        points: the total.
        tier: the tier, or that there is none.
        remarks: what to know about the score.
        lost: in which month the tier is lost, or that it lasts; empty without a tier.
        lines: the indicators.
        way: the way to the next tier; None at the best.
    """

    title: str
    points: str
    tier: str
    remarks: tuple[str, ...]
    lost: str
    lines: tuple[Line, ...]
    way: Way | None


@dataclass(frozen=True)
class StatementPage:
    """
    One partner's contribution and score of a month, to be printed.

    Attributes:
        tag: the language.
        title: what it is.
        program: the program.
        name: the partner's name.
        id: the partner's id.
        facts: what it rests on: month, filters, edition, scorecard and digests.
        groups: the metrics.
        score: the score; None where there is none to state.
        no_score: why there is no score; empty where there is one.
        rows: the rows behind the metrics.
    """

    template: ClassVar[str] = "statement.html"

    tag: str
    title: str
    program: str
    name: str
    id: str
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    score: ScorePart | None
    no_score: str
    rows: tuple[RowsLine, ...]
