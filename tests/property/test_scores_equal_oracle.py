"""Random worlds, loaded, built and published as a user would, give the oracle's scores for every partner."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

import oracle
import worlds
from partnerlens.app import Workspace
from partnerlens.catalog.catalog import Catalog
from partnerlens.cli.score_document import score_document
from partnerlens.months import Month


def published(world: oracle.World, home: Path, month: str) -> Workspace:
    """Return a workspace that holds a world, with a month published."""
    world.write_csv(home)
    workspace = Workspace.open(home)
    workspace.load(sorted(home.glob("*.csv")))
    workspace.build(month)
    workspace.publish(month)
    return workspace


PUBLISHED = "smb-pci-2021"
"""The scorecard that the program applies; the others are computed from the edition's facts."""

OTHERS = ("cba-pci@2021-06-01", "cba-pci@2019-11-20", "cba-2019", "pcs-modern-work", "pcs-security")


def plain_card(name: str, month: str) -> dict[str, Any]:
    """Return a resolved scorecard as the oracle reads it: plain tables with exact numbers."""
    scorecard = Catalog().scorecard(name, Month.parse(month)).definition
    text = json.dumps(scorecard.model_dump(mode="python", exclude_none=True), default=str)
    return dated(json.loads(text, parse_float=Fraction))


def dated(value: Any) -> Any:
    """Return a table as it stands in a file: dates as dates."""
    if isinstance(value, dict):
        return {
            key: date.fromisoformat(entry) if key in DATES and isinstance(entry, str) else dated(entry)
            for key, entry in value.items()
        }
    return [dated(entry) for entry in value] if isinstance(value, list) else value


DATES = {"effective_from", "effective_until", "retired_on", "counts_until", "baseline_on"}


def markets() -> dict[str, set[str]]:
    """Return the countries of each market list."""
    return {market.name: set(market.countries) for market in Catalog().markets().definition.markets}


def policies() -> dict[str, dict[str, Any]]:
    """Return every credit policy as it stands in its file."""
    catalog = Catalog()
    return {
        name: catalog.policy(name).definition.model_dump(mode="json", exclude_none=True)
        for name in catalog.names("policies")
    }


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[tuple]:
    """Return where a score differs from the oracle's."""
    found: list[tuple] = []

    def check(place: str, actual: Any, expected: Any) -> None:
        if actual != expected:
            found.append((place, actual, expected))

    check("points", Fraction(ours["points"]), theirs["points"])
    check("tier", ours["tier"], theirs["tier"] or "none")
    check("rounds_to", ours["rounds_to"], theirs["rounds_to"])
    check("lost_in", ours["lost_in"], theirs["lost_in"])
    for line, expected in zip(ours["indicators"], theirs["indicators"], strict=True):
        for name in ("points", "next_unit_points", "numerator"):
            check(f"{line['id']} {name}", Fraction(line[name]), Fraction(expected[name]))
        check(f"{line['id']} reason", line["reason"], expected["reason"])
        check(f"{line['id']} flags", "history_short" in line["flags"], "history_short" in expected["flags"])
    for month, expected in zip(ours["roll_off"], theirs["roll_off"], strict=True):
        check(
            month["month"], (Fraction(month["points"]), month["tier"]), (expected["points"], expected["tier"] or "none")
        )
    return found


def check_scores(workspace: Workspace, world: oracle.World, month: str, name: str, partners: list[str]) -> None:
    """Compare the score of some partners under every track of a scorecard."""
    card = plain_card(name, month)
    for partner in partners:
        for track in card["tracks"]:
            document = score_document(workspace.score(partner, scorecard=name, month=month, track=track))
            expected = oracle.score(world, partner, month, card, track, markets=markets(), policies=policies())

            assert differences(document, expected) == [], (name, partner, track)


@pytest.mark.parametrize("seed", range(6))
def test_every_score_of_a_random_world_is_the_oracles(seed: int, tmp_path: Path) -> None:
    """Points, tier, next unit, reasons, flags and roll-off agree exactly for each partner."""
    rng = Random(seed)
    world = worlds.random_world(seed, end="2022-06", monthly_counts=seed % 6 == 5)
    month = rng.choice(sorted({row["month"] for row in world.facts["seats"]})[-6:])
    partners = [row["partner_id"] for row in world.facts["partners"]]
    with published(world, tmp_path, month) as workspace:
        check_scores(workspace, world, month, PUBLISHED, rng.sample(partners, min(12, len(partners))))


@pytest.mark.parametrize("name", OTHERS)
def test_scorecards_that_the_edition_does_not_hold_score_as_the_oracle_says(name: str, tmp_path: Path) -> None:
    """Every kind of measure, computed from the edition's facts for the question, agrees exactly."""
    rng = Random(name)
    month = "2024-01" if name.startswith("pcs") else "2022-06"
    world = worlds.random_world(70, end=month, months=30, partners=26, customers=20)
    partners = [row["partner_id"] for row in world.facts["partners"]]
    with published(world, tmp_path, month) as workspace:
        check_scores(workspace, world, month, name, rng.sample(partners, 4))
