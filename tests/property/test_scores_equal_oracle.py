"""Random worlds, loaded, built and published as a user would, give the oracle's scores for every partner."""

import json
import os
from collections import Counter
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

import oracle
import worlds
from oracle.credit import is_active
from oracle.months import first_day, last_day, month_of, shift
from oracle.path import cheapest_path
from oracle.scorecards import Card
from oracle.scoring import lines, tier_of, total_of
from partnerlens.app import Workspace
from partnerlens.app.scores import ScoreAnswer
from partnerlens.catalog.catalog import Catalog
from partnerlens.document.score import score_document
from partnerlens.months import Month

BUSY = max(1, int(os.environ.get("PARTNERLENS_WORLDS", "1")) // 20)
"""Busy random worlds of a run; `make worlds` takes more."""


def published(world: oracle.World, home: Path, month: str, scorecards: tuple[str, ...] = ()) -> Workspace:
    """Return a workspace that holds a world, with a month published under the named scorecards or the default."""
    world.write_csv(home)
    if scorecards:
        program = home / "program.toml"
        program.write_text(f"scorecards = {json.dumps(scorecards)}\n{program.read_text()}")
    workspace = Workspace.open(home)
    workspace.load(sorted(home.glob("*.csv")))
    workspace.build(month)
    workspace.publish(month)
    return workspace


PUBLISHED = "smb-pci-2021"
"""The scorecard that the program applies; the others are computed from the edition's facts."""

OTHERS = ("cba-pci@2021-06-01", "cba-pci@2019-11-20", "cba-2019", "pcs-modern-work", "pcs-security")


@cache
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


@cache
def markets() -> dict[str, set[str]]:
    """Return the countries of each market list."""
    return {market.name: set(market.countries) for market in Catalog().markets().definition.markets}


@cache
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


@pytest.mark.parametrize("seed", range(2, 6))
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


# Worlds full of what scorecards look at: points, the path and what rolls off

SEVERAL = ("smb-pci-2021", "cba-pci", "cba-2019")
"""Scorecards that an edition of such a world holds, from 2021-01 on."""

LATER = ("pcs-security", "pcs-modern-work", "pcs-azure-data-ai")
"""Scorecards of a later time, with gates, steps and indicators that all have to be above 0."""

MOST_SETS = 20_000
"""With more sets of units the oracle does not try them all."""


def check_path(answer: ScoreAnswer, card: dict[str, Any], inputs: Any, costs: dict[str, Fraction]) -> str:
    """Compare the way to the next tier with the oracle's; return how it ended."""
    track = answer.score.track
    expected = cheapest_path(Card(card, track, markets(), policies()), inputs, costs, MOST_SETS)
    if expected is None:
        return "not compared"
    found = answer.score.next_tier
    if expected.tier is None:
        assert found is None
        return "best"
    assert found is not None
    units = sum(step.add for step in found.path) if found.reachable else None

    assert (found.tier, found.cost, units) == (expected.tier, expected.cost, expected.units), (track, answer.partner_id)
    assert found.reachable == (expected.cost is not None)
    return "reached" if found.reachable else "out of reach"


def costs_of(card: dict[str, Any], track: str, rng: Random) -> dict[str, Fraction]:
    """Return costs for some of the indicators, whole numbers and fractions."""
    names = list(card["tracks"][track]["indicators"])
    return {name: Fraction(rng.randint(1, 12), rng.choice([1, 1, 3, 1000])) for name in rng.sample(names, 2)}


def check_busy_world(world: oracle.World, home: Path, month: str, cards: tuple[str, ...], rng: Random) -> Counter[str]:
    """Compare points, path and roll-off of some partners under every track of several scorecards."""
    ended = Counter[str]()
    later = {ahead: nothing_added(world, month, ahead) for ahead in (1, 6, 12)}
    busiest = Counter(row["partner_id"] for row in world.facts["associations"]).most_common(6)
    partners = [partner for partner, _ in busiest]
    with published(world, home, month, cards) as workspace:
        for name in cards:
            card = plain_card(name, month)
            named = {"markets": markets(), "policies": policies()}
            for partner in rng.sample(partners, 3):
                for track in card["tracks"]:
                    answer = workspace.score(partner, scorecard=name, month=month, track=track)
                    expected = oracle.score(world, partner, month, card, track, **named)

                    assert answer.is_published
                    assert differences(score_document(answer), expected) == [], (name, partner, track)

                    inputs = oracle.inputs_of(world, partner, month, card, track, **named)
                    ended[check_path(answer, card, inputs, {})] += 1
                    costs = costs_of(card, track, rng)
                    answer = workspace.score(partner, scorecard=name, month=month, track=track, costs=costs)
                    ended[check_path(answer, card, inputs, costs)] += 1
                    if name not in LATER:
                        check_later_months(answer, later, card)
    return ended


def nothing_added(world: oracle.World, month: str, ahead: int) -> oracle.World:
    """
    Return the world as it would stand some months after a month, if nothing were added.

    It ends with the month: no later billing, event or pass. Users and seats of the month are there in each month after
    it, and credit and instances stay as they are.
    """
    end = last_day(month)
    after = [shift(month, by) for by in range(1, ahead + 1)]
    kept: dict[str, list[dict[str, Any]]] = {}
    for table, rows in world.facts.items():
        column = WHEN.get(table)
        kept[table] = [dict(row) for row in rows if column is None or month_of_value(row[column]) <= month]
    for table, column in (("seats", "month"), ("activity_monthly", "month"), ("activity", "date")):
        now = [row for row in kept[table] if month_of_value(row[column]) == month]
        for later in after:
            when = later if column == "month" else first_day(later)
            kept[table] += [row | {column: when} for row in now]
    # What holds at the end of the month goes on; what ended before it stays so, and what begins later is not there.
    subscriptions = {row["subscription_id"]: row for row in kept["subscriptions"]}
    for row in kept["associations"]:
        row["end_date"] = None if is_active(row, subscriptions[row["subscription_id"]], month) else row["end_date"]
    for row in kept["instances"]:
        row["retired_on"] = None if row["retired_on"] is None or row["retired_on"] > end else row["retired_on"]
    return oracle.World(kept, world.settings)


WHEN = {
    "seats": "month",
    "billing_lines": "billing_month",
    "activity": "date",
    "activity_monthly": "month",
    "survey_responses": "responded_on",
    "exam_passes": "passed_on",
    "associations": "start_date",
    "instances": "deployed_on",
}
"""The column that says in which month a row begins to matter."""


def month_of_value(value: Any) -> str:
    """Return the month of a day or a month."""
    return value if isinstance(value, str) else month_of(value)


def check_later_months(answer: ScoreAnswer, later: dict[int, oracle.World], card: dict[str, Any]) -> None:
    """Compare what rolls off with scores of the months ahead, asked of worlds in which nothing is added."""
    month, track = str(answer.month), answer.score.track
    rules = Card(card, track, markets(), policies())
    for ahead, world in later.items():
        rolled = answer.score.roll_off[ahead - 1]
        then = shift(month, ahead)
        named = {"markets": markets(), "policies": policies()}
        inputs = oracle.inputs_of(world, answer.partner_id, then, card, track, **named)
        found = lines(rules, inputs)

        assert (str(rolled.month), rolled.points, rolled.tier) == (then, total_of(found), tier_of(rules, found, inputs))


@pytest.mark.parametrize("seed", range(200, 200 + BUSY))
def test_points_path_and_roll_off_of_a_busy_world_are_the_oracles(seed: int, tmp_path: Path) -> None:
    """Under several scorecards and costs: exact points, the cost of the cheapest path, and the months ahead."""
    rng = Random(seed)
    end = rng.choice(["2021-01", "2021-06", "2021-12", "2022-06"])
    world = worlds.random_world(seed, scores=True, busy=True, end=end, monthly_counts=seed % 4 == 3)
    month = rng.choice(sorted({row["month"] for row in world.facts["seats"] if row["month"] >= "2021-01"})[-2:])
    ended = check_busy_world(world, tmp_path, month, SEVERAL, rng)

    assert ended["reached"] > 0


@pytest.mark.parametrize("seed", range(300, 301))
def test_paths_with_gates_steps_and_conditions_are_the_oracles(seed: int, tmp_path: Path) -> None:
    """Scorecards of other programs: people open gates, points come in steps, every indicator has to be above 0."""
    world = worlds.random_world(seed, scores=True, busy=True, end="2024-01", months=26)
    ended = check_busy_world(world, tmp_path, "2024-01", LATER, Random(seed))

    assert sum(ended.values()) > ended["not compared"]
