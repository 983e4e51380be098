"""What a chapter of scores worked by hand is made of: programs, scorecards, and lines of what has to come out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

OF_INDICATOR = (
    "option",
    "numerator",
    "denominator",
    "baseline",
    "value",
    "threshold",
    "market_class",
    "points",
    "reason",
    "next_unit_points",
    "flags",
)
OF_SCORE = ("total", "tier", "rounds_to", "lost_in", "path_cost", "path_units")
NUMBERS = {
    *("numerator", "denominator", "baseline", "value", "threshold", "points", "next_unit_points"),
    *("total", "path_cost", "path_units"),
}


@dataclass(frozen=True)
class Program:
    """The facts of a program as text tables, its settings, and the market lists that scorecards name."""

    facts: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    markets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """
    One line of what has to come out.

    Attributes:
        name: the promise in words.
        program: the name of the program, shared by its cases.
        facts: its facts, as text tables.
        settings: its settings.
        markets: the countries of its market lists.
        card: the name of the scorecard.
        scorecard: its TOML document.
        track: the track.
        partner: who is scored.
        month: the data month.
        ahead: 0 for the data month, 1 to 12 for a month after it if nothing is added.
        expected: by indicator, what is checked: `value`, `points` and other names of `OF_INDICATOR`; in a month
            ahead only the measure, its value and its points.
        score: what is checked of the whole: names of `OF_SCORE`; in a month ahead total and tier.
    """

    name: str
    program: str
    facts: Mapping[str, str]
    settings: Mapping[str, Any]
    markets: Mapping[str, tuple[str, ...]]
    card: str
    scorecard: str
    track: str
    partner: str
    month: str
    ahead: int
    expected: Mapping[str, Mapping[str, Any]]
    score: Mapping[str, Any]

    def __str__(self) -> str:
        """Return the case's name for lists of tests."""
        when = f"+{self.ahead}" if self.ahead else ""
        return f"{self.card}: {self.partner}{when}: {self.name}"


def scorecard(name: str, *, body: str, policy: str = "pci-2020", parameters: str = "", tiers: str = "") -> str:
    """Return a scorecard's document: a head, and the body with its one track `main` and its lists."""
    return f"""
id = "{name}"
title = "Worked by hand"
effective_from = 2015-01-01
credit_policy = "{policy}"

[source]
title = "Worked by hand"
where = "the cases of this project"
accessed = "2026-11"

[parameters]
{parameters}

{tiers or SILVER_AND_GOLD}

[tracks.main]
title = "Main"
products = "counted"

{body}
"""


SILVER_AND_GOLD = """
[[tiers]]
name = "gold"
points = 80

[[tiers]]
name = "silver"
points = 60
"""

COUNTED = """
[product_lists.counted]
ids = ["p", "q"]
"""


def read_cases(program: str, card: str, month: str, expectations: str) -> Iterator[Case]:
    """Give the cases of a table; an empty cell is not checked, `null` is no value, `-` is no flag."""
    table = [[cell.strip() for cell in row.split("|")] for row in expectations.strip().splitlines()]
    header = table[0]
    for cells in table[1:]:
        row = dict(zip(header, cells, strict=True))
        checked = {name: _typed(name, row[name]) for name in header if row[name]}
        own = {name: checked[name] for name in OF_INDICATOR if name in checked}
        yield Case(
            name=row["promise"],
            program=program,
            facts=PROGRAMS[program].facts,
            settings=PROGRAMS[program].settings,
            markets=PROGRAMS[program].markets,
            card=card,
            scorecard=CARDS[card],
            track="main",
            partner=row["partner"],
            month=month,
            ahead=int(row.get("ahead") or 0),
            expected={row["indicator"]: own} if row.get("indicator") else {},
            score={name: checked[name] for name in OF_SCORE if name in checked},
        )


def _typed(name: str, cell: str) -> Any:
    if cell == "null":
        return None
    if name == "flags":
        return [] if cell == "-" else [cell]
    return Fraction(cell) if name in NUMBERS else cell


PROGRAMS: dict[str, Program] = {}
CARDS: dict[str, str] = {}
