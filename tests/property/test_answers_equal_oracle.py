"""Random worlds, loaded, built and published as a user would, give the oracle's answers for every partner."""

import os
from pathlib import Path
from random import Random

import pytest

import oracle
import worlds
from partnerlens.app import Workspace
from partnerlens.document.answer import answer_document

WORLDS = int(os.environ.get("PARTNERLENS_WORLDS", "8"))
"""Random worlds of a run; `make worlds` takes more."""
FILTERS = 4


def published(world: oracle.World, home: Path, month: str, *, months: int = 1) -> Workspace:
    """Return a workspace that holds a world, with a month published."""
    world.write_csv(home)
    workspace = Workspace.open(home)
    reports = list(workspace.load(sorted(home.glob("*.csv"))))
    assert not workspace.quarantine(), workspace.quarantine()[:3]
    assert sum(balance.loaded for report in reports for balance in report.balances)
    workspace.build(month, months=months)
    workspace.publish(month)
    return workspace


def known_filters(world: oracle.World, rng: Random, count: int) -> list[dict[str, tuple[str, ...]]]:
    """Return random filters whose values all exist, the empty one first."""
    asked: list[dict[str, tuple[str, ...]]] = [{}]
    while len(asked) < count:
        chosen = worlds.random_filter(world, rng, unknown=False)
        if worlds.COUNTRY_WITHOUT_FACTS not in chosen["countries"]:
            asked.append(chosen)
    return asked


@pytest.mark.parametrize("seed", range(WORLDS))
def test_every_answer_of_a_random_world_is_the_oracles(seed: int, tmp_path: Path) -> None:
    """Value, numerator, denominator, flags, trend, series, band, ranges and distance agree, exactly."""
    rng = Random(seed)
    world = worlds.random_world(seed, monthly_counts=seed % 8 == 7)
    month = rng.choice(sorted({row["month"] for row in world.facts["seats"]})[-8:])
    viewer = rng.choice(["operator", "partner"])
    with published(world, tmp_path, month) as workspace:
        for chosen in known_filters(world, rng, FILTERS):
            expected = oracle.all_answers(world, month, **chosen, viewer=viewer)
            for partner, answer in expected.items():
                actual = answer_document(workspace.answer(partner, month=month, **chosen, viewer=viewer))

                assert differences(actual, answer) == []


@pytest.mark.parametrize("seed", range(100, 102))
def test_every_value_of_a_random_world_is_the_oracles(seed: int, tmp_path: Path) -> None:
    """The operator's list agrees row by row: value, numerator, denominator, band, cohort and flags."""
    rng = Random(seed)
    world = worlds.random_world(seed)
    month = max(row["month"] for row in world.facts["seats"])
    with published(world, tmp_path, month) as workspace:
        for chosen in known_filters(world, rng, 12):
            for metric, expected in oracle.all_values(world, month, **chosen).items():
                rows = workspace.values(metric, **chosen).to_pylist()
                actual = [{**row, "flags": [flag for flag in row["flags"].split(";") if flag]} for row in rows]

                assert actual == expected


def differences(actual: dict, expected: dict) -> list[tuple]:
    """Return where an answer differs from the oracle's, which knows no names, editions or flags of the series."""
    for metric in actual["metrics"]:
        metric["series"] = [{"month": point["month"], "value": point["value"]} for point in metric["series"]]
    found = [
        (ours["id"], key, ours[key], theirs[key])
        for ours, theirs in zip(actual["metrics"], expected["metrics"], strict=True)
        for key in theirs
        if ours[key] != theirs[key]
    ]
    asked = ("partner", "month", "filters")
    return found + [(key, actual[key], expected[key]) for key in asked if actual[key] != expected[key]]
