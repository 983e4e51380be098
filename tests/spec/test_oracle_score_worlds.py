"""Random worlds to score: valid, full of edge cases of scorecards; and what holds for every score in them."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import oracle
from oracle.credit import credited_customers
from oracle.events import adds, losses
from oracle.metrics import measures
from oracle.months import shift
from oracle.path import cheapest_path, with_units
from oracle.scorecards import Card
from oracle.scoring import lines, tier_of
from oracle.selection import Filter
from oracle.world import World, first_month
from spec.score_cases import scorecard
from spec.test_oracle_worlds import faults, last_month
from worlds import random_world

SEEDS = range(24)

PCI_2020 = """
[[rules]]
association = "CSP"
groups = ["sale", "usage"]

[[rules]]
association = "CPOR"
claim = "OSA"
groups = ["sale"]

[[rules]]
association = "CPOR"
claim = "OSU"
groups = ["usage"]

[[rules]]
association = "DPOR"
groups = ["sale", "usage"]
yields_to = "CPOR"
"""

MANY_KINDS = """
[tracks.main.indicators.revenue]
title = "Revenue"
group = "performance"
unit = "currency"
max = 10
options.value = { kind = "revenue", threshold = 30000, cost = 0.001 }

[tracks.main.indicators.adds]
title = "Adds"
group = "performance"
unit = "customers"
max = 10
options.value = { kind = "net_customer_adds", threshold = 2 }

[tracks.main.indicators.consultants]
title = "Consultants"
group = "capability"
unit = "people"
located_by = "partner"
max = 20
options.value = { kind = "people", exam_rule = "consultant", threshold = 4, gates = [
    { exam_rule = "developer", people = 1 },
] }

[tracks.main.indicators.growth_of_people]
title = "Growth of consultants"
group = "capability"
unit = "people"
located_by = "partner"
max = 10
options.value = { kind = "people_growth", exam_rule = "consultant", baseline_on = 2020-10-01, threshold = 0.5 }

[tracks.main.indicators.deployments]
title = "Deployments"
group = "customer_success"
unit = "tenants"
max = 20
options.value = { kind = "new_deployments", users = 5, threshold = 3 }

[tracks.main.indicators.growth]
title = "Growth"
group = "customer_success"
unit = "users"
max = 20
options.value = { kind = "growth", threshold = 0.35, minimum_baseline = 5, cost = 0.1 }

[tracks.main.indicators.tenants]
title = "Tenants"
group = "performance"
unit = "tenants"
max = 10

[tracks.main.indicators.tenants.options.value]
kind = "qualifying"
unit = "customer"
threshold = 3
conditions = [{ limits = [{ measure = "paid_seats", minimum = 10, maximum = 300 }] }]

[exam_rules.consultant]
any_of = ["engagement", "operations", "MB-800"]

[exam_rules.engagement]
all_of = ["entry", "elective"]

[exam_rules.entry]
any_of = ["PL-200", "MB-200"]

[exam_rules.elective]
any_of = ["MB-210", "MB-230", "MB-240", "MB6-898"]

[exam_rules.operations]
all_of = ["MB-300", "MB-310"]

[exam_rules.developer]
any_of = ["PL-400", "code"]

[exam_rules.code]
all_of = ["MB-300", "MB-500"]

[[exams]]
code = "MB-200"
retired_on = 2020-12-31
counts_until = 2021-12-31

[product_lists.counted]
families = ["Customer Engagement", "Finance and Operations"]
names = ["Talent", "Business Central", "Enterprise Team Member"]
except_names = ["Plan 1"]
"""


def document(text: str) -> dict[str, Any]:
    """Return a scorecard as a plain document with exact numbers."""
    return tomllib.loads(text, parse_float=Decimal)


def score_world(seed: int) -> World:
    """Return the world to score of a seed: every other is busy, every fourth has monthly counts."""
    return random_world(seed, scores=True, busy=seed % 2 == 0, monthly_counts=seed % 4 == 3)


@pytest.fixture(scope="module")
def many() -> list[World]:
    """Worlds to score of all seeds."""
    return [score_world(seed) for seed in SEEDS]


def partners_of(world: World) -> list[str]:
    """Return all accounts and locations."""
    return [row["partner_id"] for row in world.facts["partners"]]


def scores_of(world: World, card: dict[str, Any], **more: Any) -> Iterator[dict[str, Any]]:
    """Give the score of every partner in the world's last month."""
    for partner in partners_of(world):
        yield oracle.score(world, partner, last_month(world), card, "main", **more)


def test_rows_are_valid_facts(many: list[World]) -> None:
    """The facts added to score are whole, unique and refer to what is there."""
    assert [] == [fault for world in many for fault in faults(world)]


def test_world_to_score_has_the_facts_of_its_seed() -> None:
    """Facts are only added; the end of history given, the rows of the same seed are all there."""
    plain, scored = random_world(5, end="2021-03"), random_world(5, end="2021-03", scores=True)

    for table, rows in plain.facts.items():
        if table != "products":
            assert [] == [row for row in rows if row not in scored.facts[table]]
    assert plain.settings == scored.settings
    assert scored == random_world(5, end="2021-03", scores=True)


def test_scores_differ(many: list[World]) -> None:
    """Every tier is reached, lost and missed; every measure takes many values and every reason occurs."""
    card = document(scorecard("many", body=MANY_KINDS))
    tiers, lost, reasons = Counter[Any](), Counter[bool](), Counter[Any]()
    values: dict[str, Counter[Any]] = {}
    for world in many:
        for score in scores_of(world, card):
            tiers[score["tier"]] += 1
            lost[score["lost_in"] is not None] += 1
            for line in score["indicators"]:
                reasons[line["reason"]] += 1
                values.setdefault(line["id"], Counter())[line["value"]] += 1

    assert {"gold", "silver", None} == set(tiers)
    assert lost[True] > 10
    assert {None, "baseline_too_low", "gate_not_met"} == set(reasons)
    assert [] == [name for name, found in values.items() if len(found) < 5]


def test_baselines_lie_around_fifty(many: list[World]) -> None:
    """Some partners had 50 users a year before, and some 49."""
    card = document(scorecard("many", body=MANY_KINDS))
    baselines = Counter[Fraction | None]()
    for world in many:
        for partner in partners_of(world):
            _, _, baseline = oracle.measured(world, partner, last_month(world), card, "main", "growth", "value")
            baselines[baseline] += 1

    assert min(baselines[Fraction(49)], baselines[Fraction(50)]) > 1


def test_customers_come_back_with_other_partners(many: list[World]) -> None:
    """Adds and losses have partners, and the rules of loss charge different ones."""
    differing = 0
    for world in many:
        policy, scope = world.settings["contribution_policy"], everything(world)
        for month in months_of(world):
            charged = [losses(world, policy, scope, rule, month) for rule in ("all_associated", CREDITED)]
            differing += sum(charged[0][customer] != charged[1][customer] for customer in charged[0])

    assert differing > 50


CREDITED = "credited_within_12_months"


def everything(world: World) -> frozenset[str]:
    """Return the scope of all products."""
    return frozenset(row["product_id"] for row in world.facts["products"])


def months_of(world: World) -> list[str]:
    """Return the months from the first of facts to the last with seats."""
    month = first_month(world)
    assert month is not None
    months = []
    while month <= last_month(world):
        months.append(month)
        month = shift(month, 1)
    return months


def test_measures_over_all_products_are_the_metrics(many: list[World]) -> None:
    """Revenue and adds of every product under the program's policy are those of the contribution page."""
    for world in many[:8]:
        policy, month = world.settings["contribution_policy"], last_month(world)
        card = document(scorecard("all", body=MANY_KINDS, policy=policy))
        card["product_lists"]["counted"] = {"ids": sorted(everything(world))}
        added = [adds(world, policy, everything(world), shift(month, -by)) for by in range(12)]
        for partner in partners_of(world):
            revenue = oracle.measured(world, partner, month, card, "main", "revenue", "value")
            credited = sum(partner in partners for each in added for partners in each.values())

            assert measures(world, "revenue", Filter(), month)[partner].value == revenue[0]
            assert measures(world, "new_customers", Filter(), month)[partner].value == credited


def test_rules_of_a_policy_credit_as_its_name_does(many: list[World]) -> None:
    """A policy given as rules is read as the one built in."""
    named = document(scorecard("named", body=MANY_KINDS, policy="pci-2020"))
    ruled = document(scorecard("ruled", body=MANY_KINDS, policy="mine"))
    for world in many[:6]:
        expected = list(scores_of(world, named))

        assert expected == list(scores_of(world, ruled, policies={"mine": tomllib.loads(PCI_2020)}))


def test_nobody_is_charged_for_an_add_twice(many: list[World]) -> None:
    """Under `credited_within_12_months` the losses of a partner never exceed its adds before them."""
    for world in many:
        policy, scope = world.settings["contribution_policy"], everything(world)
        balance = Counter[tuple[str, str]]()
        for month in months_of(world):
            for customer, partners in losses(world, policy, scope, CREDITED, month).items():
                balance.subtract((customer, partner) for partner in partners)
            for customer, partners in adds(world, policy, scope, month).items():
                balance.update((customer, partner) for partner in partners)

            assert all(count >= 0 for count in balance.values())


def test_account_has_at_least_what_its_locations_have(many: list[World]) -> None:
    """Whatever credits a location credits its account."""
    for world in many[:8]:
        month = last_month(world)
        for group in ("sale", "usage"):
            credited = credited_customers(world, "pci-2020", everything(world), month, group)
            for row in world.facts["partners"]:
                if row["parent_partner_id"]:
                    own = credited.get(row["partner_id"], set())
                    assert own <= credited.get(row["parent_partner_id"], set())


def test_nothing_of_a_window_is_left_after_twelve_months(many: list[World]) -> None:
    """Twelve months ahead sums are 0, nothing grows or is deployed, and people only become fewer."""
    card = document(scorecard("many", body=MANY_KINDS))
    for world in many[:8]:
        for score in scores_of(world, card):
            last = score["roll_off"][-1]["values"]
            now = {line["id"]: line["value"] for line in score["indicators"]}

            assert [0, 0, 0, 0] == [last[name] for name in ("revenue", "adds", "deployments", "tenants")]
            assert last["growth"] in (0, None)
            assert last["consultants"] <= now["consultants"]


def test_cheapest_path_reaches_the_tier_and_no_part_of_it_does(many: list[World]) -> None:
    """With the units of the path the next tier is reached, with one unit less it is not."""
    document_of_card = document(scorecard("many", body=MANY_KINDS))
    card = Card(document_of_card, "main")
    found = Counter[bool]()
    for world in many[:6]:
        for partner in partners_of(world)[:8]:
            inputs = oracle.inputs_of(world, partner, last_month(world), document_of_card, "main")
            path = cheapest_path(card, inputs, {"deployments": Decimal("0.5")}, limit=20_000)
            found[path is not None and path.cost is not None] += 1
            if path is None or path.cost is None:
                continue
            assert path.tier == reached(card, inputs, path.steps) or reached(card, inputs, path.steps) == "gold"
            assert path.units == sum(path.steps.values())
            for action, count in path.steps.items():
                if count:
                    assert path.tier != reached(card, inputs, {**path.steps, action: count - 1})

    assert found[True] > 20


def reached(card: Card, inputs: Any, steps: dict[Any, int]) -> str | None:
    """Return the tier that is reached with some more units."""
    more = with_units(card, inputs, steps)
    return tier_of(card, lines(card, more), more)


def test_one_more_unit_never_takes_points_away(many: list[World]) -> None:
    """The points of the next unit lie between 0 and what is missing to the maximum."""
    card = document(scorecard("many", body=MANY_KINDS))
    for world in many[:8]:
        for score in scores_of(world, card):
            for line in score["indicators"]:
                assert Fraction(0) <= line["next_unit_points"] <= line["max"] - line["points"]
