"""Scores worked by hand, held against the reference: see `score_cases`."""

import tomllib
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

import oracle
from oracle.months import shift
from oracle.scoring import value_of
from spec.score_cases import CARDS, CASES, PROGRAMS, Case


@cache
def world_of(program: str) -> oracle.World:
    """Return the world of a program of the cases."""
    return oracle.world_from_text(dict(PROGRAMS[program].facts), **PROGRAMS[program].settings)


@cache
def document(card: str) -> dict[str, Any]:
    """Return a scorecard of the cases as a plain document with exact numbers."""
    return tomllib.loads(CARDS[card], parse_float=Decimal)


def scored(case: Case) -> dict[str, Any]:
    """Return the score of a case's partner."""
    return oracle.score(
        world_of(case.program), case.partner, case.month, document(case.card), case.track, markets=case.markets
    )


def path_of(case: Case) -> dict[str, Any]:
    """Return cost and units of the cheapest path to the next tier."""
    path = oracle.path_cost(
        world_of(case.program), case.partner, case.month, document(case.card), case.track, markets=case.markets
    )
    assert path is not None, "there are too many sets of units to try"
    return {"path_cost": path.cost, "path_units": path.units}


NOW = [case for case in CASES if not case.ahead]
LATER = [case for case in CASES if case.ahead]


@pytest.mark.parametrize("case", NOW, ids=str)
def test_score_is_what_was_worked_by_hand(case: Case) -> None:
    """Every number that the case names comes out exactly."""
    score = scored(case)
    lines = {line["id"]: line for line in score["indicators"]}
    whole = {**score, "total": score["points"], **(path_of(case) if "path_cost" in case.score else {})}
    found = {
        indicator: {name: lines[indicator][name] for name in case.expected[indicator]}
        for indicator in lines
        if indicator in case.expected
    }

    assert case.expected == found
    assert case.score == {name: whole[name] for name in case.score}


@pytest.mark.parametrize("case", LATER, ids=str)
def test_score_ahead_is_what_was_worked_by_hand(case: Case) -> None:
    """What is left when nothing is added, by the months that leave."""
    rolled = scored(case)["roll_off"][case.ahead - 1]
    found: dict[str, dict[str, Any]] = {}
    for indicator, checked in case.expected.items():
        measured = oracle.measured(
            world_of(case.program),
            case.partner,
            case.month,
            document(case.card),
            case.track,
            indicator,
            "value",
            case.ahead,
            markets=case.markets,
        )
        numerator, denominator, baseline = measured
        everything = {
            "numerator": numerator,
            "denominator": denominator,
            "baseline": baseline,
            "value": value_of(measured),
            "points": rolled["points_of"][indicator],
        }
        found[indicator] = {name: everything[name] for name in checked}

    assert case.expected == found
    assert case.score == {name: {**rolled, "total": rolled["points"]}[name] for name in case.score}
    assert shift(case.month, case.ahead) == rolled["month"]
