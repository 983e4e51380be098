"""In random worlds with late and corrected facts the changes add up, step by step, to what the oracle counts."""

import os
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

import oracle
import worlds
from difference.comparing import Compared, compared
from oracle.explanation import own_partners
from oracle.months import shift
from oracle.world import World
from partnerlens.explain import CHANGE_CAUSES, bridge_sides
from partnerlens.explain.difference import Difference
from partnerlens.model.metric import MetricId

Row = dict[str, Any]

WORLDS = max(1, int(os.environ.get("PARTNERLENS_WORLDS", "1")) // 20)
"""Random worlds; `make worlds` takes more."""
METRICS_AT_ONCE = 2
"""Metrics of a world, at random: each takes seconds."""
POLICIES = ("pci-2020", "dpor", "pci-2019")
METRICS = tuple(metric.value for metric in MetricId)
LATE = ("associations", "seats", "billing_lines", "activity", "activity_monthly", "instances", "exam_passes")
OF_FACTS = ("late_fact", "correction")
OF_TIME = ("entered", "rolled_off")
SIDES = ("numerator", "denominator")


def changed_row(table: str, row: Row, rng: Random) -> Row:  # noqa: PLR0911 - one return for each table
    """Return a row as it was before it was corrected; the same row where nothing of it is ever corrected."""
    match table:
        case "billing_lines":
            return row | {"amount": row["amount"] + Decimal("7.25")}
        case "seats":
            return row | {"sold_seats": rng.choice([0, row["sold_seats"] + 3]), "assigned_seats": 2, "active_seats": 1}
        case "associations":
            return row | {"end_date": None if row["end_date"] else row["start_date"] + timedelta(days=200)}
        case "instances":
            return row | {"kind": "sandbox" if row["kind"] == "production" else "production"}
        case "exam_passes":
            return row | {"expires_on": date(2030, 1, 1) if row["expires_on"] else row["passed_on"] + timedelta(days=9)}
        case "survey_responses":
            return row | {"score": 10 - row["score"]}
        case "customers":
            return row | {"country": rng.choice(worlds.COUNTRIES)}
        case "activity_monthly":
            return row | {"active_users": row["active_users"] + 1}
        case _:
            return row


def earlier(world: World, rng: Random) -> World:
    """Return a world as it was known at first: some facts are not there yet, and some are not right."""
    facts: dict[str, list[Row]] = {}
    for table, rows in world.facts.items():
        kept = [row for row in rows if table not in LATE or rng.random() > 0.06]
        facts[table] = [changed_row(table, row, rng) if rng.random() < 0.08 else row for row in kept]
    return World(facts, world.settings)


def counted(world: World, partner: str, metric: str, month: str, chosen: dict[str, Any]) -> dict[str, Fraction]:
    """Return what the rows of each side add up to, counted by the oracle."""
    found = dict.fromkeys(SIDES, Fraction(0))
    for row in oracle.explained(world, partner, metric, month, **chosen):
        if row["counted"]:
            found[row["side"]] += row["amount"]
    return found


def some_filters(world: World, before: World, rng: Random) -> list[dict[str, Any]]:
    """Return no filter, and a random one whose values exist before and after."""
    countries = {row["country"] for other in (world, before) for row in other.facts["customers"]}
    while True:
        chosen = worlds.random_filter(world, rng, unknown=False)
        used = {row["workload"] for table in ("activity", "activity_monthly") for row in before.facts[table]}
        named = {name for row in world.facts["products"] for name in row["workloads"].split(";")}
        if set(chosen["countries"]) <= countries and set(chosen["workloads"]) <= used | named:
            return [{}, chosen]


def some_partners(world: World, rng: Random) -> list[str]:
    """Return the partner with most associations, and a location or another partner."""
    linked = Counter(row["partner_id"] for row in world.facts["associations"])
    locations = [row["partner_id"] for row in world.facts["partners"] if row["parent_partner_id"]]
    return [max(sorted(linked), key=linked.__getitem__), rng.choice(locations or sorted(linked))]


@pytest.mark.parametrize("seed", range(WORLDS))
def test_steps_add_up_to_what_the_oracle_counts(seed: int, tmp_path: Path) -> None:
    """Between editions of two months, before and after facts change: forward and back, and what partners see of it."""
    rng = Random(seed)
    after = worlds.random_world(
        seed,
        partners=12,
        customers=10,
        months=16,
        monthly_counts=seed == 1,
        contribution_policy=POLICIES[seed % 3],
        mau_method="mean_monthly_distinct" if seed % 2 else "ttm_distinct_over_12",
    )
    before = earlier(after, rng)
    month = max(row["month"] for row in before.facts["seats"])
    with compared(before, tmp_path) as there:
        old = there.build(month, 2)
        there.load(after, "all")
        new = there.build(month, 2)
        worlds_of = {**dict.fromkeys(old, before), **dict.fromkeys(new, after)}
        months_of = {
            number: shift(month, by) for numbers in (old, new) for number, by in zip(numbers, (-1, 0), strict=True)
        }
        asked = list(zip(some_partners(after, rng), some_filters(after, before, rng), strict=True))
        for metric in rng.sample(METRICS, METRICS_AT_ONCE):
            partner, chosen = rng.choice(asked)
            first, last = ((*old, *new)[place] for place in rng.choice([(0, 3), (1, 3), (3, 1), (0, 2), (2, 1)]))
            check(there, Sums(partner, metric, chosen, worlds_of, months_of), (first, last))


class Sums:
    """What the oracle counts of a partner's metric in the editions."""

    def __init__(
        self, partner: str, metric: str, chosen: dict[str, Any], worlds_of: dict[int, World], months_of: dict[int, str]
    ) -> None:
        """Remember what is asked."""
        self.partner, self.metric, self.chosen = partner, metric, chosen
        self.worlds_of, self.months_of = worlds_of, months_of

    def of(self, facts: int, month: int) -> dict[str, Fraction]:
        """Return the sums of the facts of one edition and the month of another."""
        return counted(self.worlds_of[facts], self.partner, self.metric, self.months_of[month], self.chosen)


def check(there: Compared, sums: Sums, ends: tuple[int, int]) -> None:
    """Hold a difference against the oracle, and what a partner sees of it against what an operator sees."""
    first, last = ends
    with there.difference(sums.metric, sums.partner, first, last, **sums.chosen) as found:
        rows = [vars(row) for row in found.rows(limit=1_000_000)]
        before, between, after = sums.of(first, first), sums.of(last, first), sums.of(last, last)

        assert found.ties_out
        for side in SIDES:
            assert total(rows, side, OF_FACTS) == found.change(side, *OF_FACTS) == between[side] - before[side]
            assert total(rows, side, OF_TIME) == found.change(side, *OF_TIME) == after[side] - between[side]
        check_bridge(found, before, after)
        check_rows(rows)
    seen = there.rows(sums.metric, sums.partner, first, last, viewer="partner", **sums.chosen)
    names = {row["partner_id"] for row in sums.worlds_of[last].facts["partners"]}
    others = names - own_partners(sums.worlds_of[last], sums.partner)

    assert [told(row) for row in seen] == [told(row) for row in rows]
    assert not [row for row in seen if others & set(";".join(str(value) for value in row.values()).split(";"))]


def check_bridge(found: Difference, before: dict[str, Fraction], after: dict[str, Fraction]) -> None:
    """Each side leads from what counted to what counts."""
    for side in bridge_sides(found):
        assert (side.before, side.after) == (before[side.side], after[side.side])
        assert side.before + side.entered.amount + side.corrected.amount - side.rolled_off.amount == side.after
        assert side.entered.rows + side.corrected.rows + side.rolled_off.rows == found.rows_there(side.side)


def check_rows(rows: list[Row]) -> None:
    """Each change has a cause, a movement that fits its amounts, and a reason where it counts."""
    for row in rows:
        amounts = (row["amount_before"], row["amount_after"])
        movement = {(True, False): "entered", (False, True): "left"}.get(
            tuple(text is None for text in amounts), "changed"
        )

        assert row["cause"] in CHANGE_CAUSES
        assert row["movement"] == movement
        assert Fraction(row["change"]) == Fraction(amounts[1] or 0) - Fraction(amounts[0] or 0)
        assert all(row[f"reason_{end}"] for end in ("before", "after") if row[f"amount_{end}"])
        assert (row["source"] is None) == (row["cause"] in OF_TIME)


def total(rows: list[Row], side: str, causes: tuple[str, ...]) -> Fraction:
    """Return what the changes of a side and some causes add up to."""
    return sum((Fraction(row["change"]) for row in rows if row["side"] == side and row["cause"] in causes), Fraction(0))


def told(row: Row) -> Row:
    """Return what every viewer sees of a change: all but what others have to do with it."""
    return {name: value for name, value in row.items() if not name.startswith(("note", "reason"))}
