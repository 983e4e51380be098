"""What the contribution page shows: its context."""

from dataclasses import dataclass
from typing import ClassVar

from partnerlens.web.chart import Spark
from partnerlens.web.page import Frame, Link, State
from partnerlens.web.partner import Months
from partnerlens.web.pickers import Picker
from partnerlens.web.wording import Words


@dataclass(frozen=True)
class Trend:
    """
    A change since the month before.

    Attributes:
        direction: ``up`` or ``down``.
        text: the difference with its sign.
        said: the change in a sentence.
    """

    direction: str
    text: str
    said: str


@dataclass(frozen=True)
class Step:
    """
    One step of the bar.

    Attributes:
        name: which band it is, before what stands in it.
        span: its smallest and largest value; empty where no partner stands in it.
        partners: how many partners stand in it; empty where none does.
        is_here: whether the partner stands in it.
    """

    name: str
    span: str
    partners: str
    is_here: bool


@dataclass(frozen=True)
class Tile:
    """
    One metric.

    Attributes:
        id: the metric's id.
        title: its name.
        definition: what it is.
        method: how it relates to the window.
        value: the value as text; empty where there is none.
        unit: what the value counts; empty for money and ratios.
        state: why there is no value; None where there is one.
        trend: the change since the month before; None where nothing changed.
        spark: the line of twelve months; None without values.
        series: each of the twelve months with its value as text and as a number; the latter empty where it is null.
        steps: the four steps; empty where the benchmark is not shown.
        standing: where the partner stands, in words.
        withheld: why the benchmark is not shown; None where it is.
        to_next: what reaches a higher band; empty in the highest one.
        flags: what limits the value.
        why: the page that opens the number into its rows; empty where the role does not open it.
        bands: the page of the bands; empty where the benchmark is not shown.
        compare: the page that compares with the month before; None where that is not published or not for the role.
    """

    id: str
    title: str
    definition: str
    method: str
    value: str
    unit: str
    state: State | None
    trend: Trend | None
    spark: Spark | None
    series: tuple[tuple[str, str, str], ...]
    steps: tuple[Step, ...]
    standing: str
    withheld: State | None
    to_next: str
    flags: tuple[Words, ...]
    why: str
    bands: str
    compare: Link | None


@dataclass(frozen=True)
class Group:
    """
    Tiles that belong together.

    Attributes:
        id: its name in the page.
        title: its title.
        tiles: its tiles.
    """

    id: str
    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Improvement:
    """
    The biggest thing to improve.

    Attributes:
        sentence: what it is.
        link: where it can be looked into.
    """

    sentence: str
    link: Link


@dataclass(frozen=True)
class ContributionPage:
    """
    The contribution of a partner.

    Attributes:
        frame: what stands around the page.
        action: the address that the filters are sent to.
        months: the data months to choose from.
        pickers: the three filters.
        chips: the chosen filter values, each with the link that removes it.
        clear: the link without filters; None where none is set.
        share: the link that keeps month and edition.
        exports: the answer as files; empty where the role does not open them.
        basis: what the numbers rest on.
        notice: what to know about a shared link; empty otherwise.
        announcement: what a screen reader says after a filter changed.
        empty: why there are no tiles; None where there are.
        improvement: the biggest thing to improve; None where nothing stands out.
        groups: the tiles.
    """

    template: ClassVar[str] = "contribution.html"

    frame: Frame
    action: str
    months: Months
    pickers: tuple[Picker, ...]
    chips: tuple[Link, ...]
    clear: Link | None
    share: Link
    exports: tuple[Link, ...]
    basis: tuple[str, ...]
    notice: str
    announcement: str
    empty: State | None
    improvement: Improvement | None
    groups: tuple[Group, ...]
