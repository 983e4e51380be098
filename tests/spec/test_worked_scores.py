"""Scores worked by hand, held against the real thing: load, build, publish and score (see `score_cases`)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import oracle
from partnerlens.app import Workspace
from partnerlens.model.score import IndicatorScore, Score
from spec.score_cases import CARDS, CASES, PROGRAMS, Case

MARKETS = """
id = "markets"

[[markets]]
name = "{name}"
countries = [{countries}]
source = {{ title = "made up", where = "this test", accessed = "2026-11" }}
"""


CODES = {"E": "EE-100", "OLD": "OL-100"}
"""Exams that the cases call by a letter or a word, and a definition file by a code."""


class Published:
    """
    Workspaces with the cases' programs, one for each program, scorecard and month.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        """Start with none."""
        self._folder = folder
        self._made: dict[tuple[str, str, str], Workspace] = {}

    def score(self, case: Case) -> Score:
        """Return the score of a case's partner from the published edition."""
        place = (case.program, case.card, case.month)
        if place not in self._made:
            self._made[place] = self._make(case)
        answer = self._made[place].score(case.partner, month=case.month, track=case.track)
        assert answer.is_published
        return answer.score

    def close(self) -> None:
        """Close all workspaces."""
        for workspace in self._made.values():
            workspace.close()

    def _make(self, case: Case) -> Workspace:
        home = self._folder / f"{case.program} {case.card} {case.month}"
        world = oracle.world_from_text(dict(PROGRAMS[case.program].facts), **PROGRAMS[case.program].settings)
        text = CARDS[case.card]
        for short, code in CODES.items():
            text = text.replace(f'"{short}"', f'"{code}"')
        for row in world.facts["exam_passes"]:
            row["exam"] = CODES.get(row["exam"], row["exam"])
        world.write_csv(home)
        card = tomllib.loads(text)["id"]
        program = home / "program.toml"
        program.write_text(f'scorecards = ["{card}"]\n{program.read_text(encoding="utf-8")}', encoding="utf-8")
        definitions = home / "catalog" / "scorecards"
        definitions.mkdir(parents=True, exist_ok=True)
        (definitions / f"{card}.toml").write_text(text, encoding="utf-8")
        for name, countries in case.markets.items():
            listed = ", ".join(f'"{country}"' for country in countries)
            (home / "catalog" / "markets.toml").write_text(
                MARKETS.format(name=name, countries=listed), encoding="utf-8"
            )
        workspace = Workspace.open(home)
        workspace.load(sorted(home.glob("*.csv")))
        workspace.build(case.month)
        workspace.publish(case.month)
        return workspace


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Give the workspaces of the cases, each made when it is first asked for."""
    made = Published(tmp_path_factory.mktemp("scores"))
    yield made
    made.close()


def of_indicator(line: IndicatorScore, names: Any) -> dict[str, Any]:
    """Return what a case names of an indicator."""
    flags = {"flags": list(line.flags)}
    return {name: flags.get(name, getattr(line, name)) if name in flags else getattr(line, name) for name in names}


def of_score(score: Score, names: Any) -> dict[str, Any]:
    """Return what a case names of the whole."""
    path = score.next_tier
    whole = {
        "total": score.points,
        "tier": score.tier,
        "rounds_to": score.rounds_to,
        "lost_in": score.lost_in and str(score.lost_in),
        "path_cost": path.cost if path else None,
        "path_units": sum(step.add for step in path.path) if path and path.reachable else None,
    }
    return {name: whole[name] for name in names}


@pytest.mark.parametrize("case", [case for case in CASES if not case.ahead], ids=str)
def test_published_score_is_what_was_worked_by_hand(case: Case, published: Published) -> None:
    """Every number that the case names comes out exactly."""
    score = published.score(case)
    lines = {line.id: line for line in score.indicators}

    for indicator, expected in case.expected.items():
        found = of_indicator(lines[indicator], expected)
        assert {name: plain(value) for name, value in found.items()} == {n: plain(v) for n, v in expected.items()}
    assert of_score(score, case.score) == case.score


@pytest.mark.parametrize("case", [case for case in CASES if case.ahead and case.score], ids=str)
def test_published_roll_off_is_what_was_worked_by_hand(case: Case, published: Published) -> None:
    """Total and tier of a month ahead."""
    month = published.score(case).roll_off[case.ahead - 1]
    found = {"total": month.points, "tier": month.tier}

    assert {name: found[name] for name in case.score} == case.score


def plain(value: Any) -> Any:
    """Return lists and tuples alike."""
    return list(value) if isinstance(value, tuple) else value
