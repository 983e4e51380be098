"""The path to the next tier: whole units, gates, shared people, costs and dead ends, worked by hand."""

from fractions import Fraction

import pytest

from partnerlens.errors import UsageError
from partnerlens.model.score import DeadEnd, NextTier, PathStep
from partnerlens.model.scorecard import Scorecard
from partnerlens.months import Month
from partnerlens.score import score_track
from score.small_cards import card_of, inputs_of, smb_card, smb_inputs

MONTH = Month.parse("2021-06")
LOW = [{"name": "low", "points": 50}]


def way_of(card: Scorecard, values: dict, gates: dict | None = None, costs: dict | None = None) -> NextTier:
    """Return the way to the next tier under track ``t``."""
    found = score_track(card, "t", inputs_of(values, gates), month=MONTH, costs=costs).next_tier
    assert found is not None
    return found


def smb_way(costs: dict | None = None, **changed) -> NextTier | None:
    """Return the way to the next tier from the worked example of domain.md 1.2."""
    return score_track(smb_card(), "smb", smb_inputs(**changed), month=MONTH, costs=costs).next_tier


def counted(most: int = 100, threshold: int = 10, **more) -> dict:
    """Return an indicator of counted customers."""
    return {"max": most, "options": {"value": {"kind": "net_customer_adds", "threshold": threshold, **more}}}


def adds_of(way: NextTier) -> dict[str, int]:
    """Return the units of a path by indicator."""
    return {step.indicator: step.add for step in way.path}


def test_cheapest_way_from_the_worked_example_is_two_users() -> None:
    """9/14 of a point lack; a user (cost 0.1) adds 5/14, so two do. A developer would cost 1, dollars 1929 * 0.001."""
    assert smb_way() == NextTier(
        tier="silver",
        points=Fraction(60),
        points_missing=Fraction(9, 14),
        path=(PathStep("mau_growth", "value", 2, "users", Fraction(5, 7), Fraction(1, 5)),),
        cost=Fraction(1, 5),
        reachable=True,
        dead_ends=(),
    )


def test_reader_s_costs_change_the_way() -> None:
    """9/14 of a point lack: with dear users any person for 1 is enough, a consultant adds most; or 1,929 dollars."""
    dear = smb_way({"mau_growth": Fraction(1)})
    cheap_dollars = smb_way({"mau_growth": Fraction(1), "net_new_revenue": Fraction(1, 10_000)})

    assert dear is not None
    assert cheap_dollars is not None
    assert (adds_of(dear), dear.cost) == ({"functional_consultants": 1}, 1)
    assert (adds_of(cheap_dollars), cheap_dollars.cost) == ({"net_new_revenue": 1929}, Fraction(1929, 10_000))


def test_way_leads_from_silver_to_gold_and_ends_there() -> None:
    """The next better tier is looked for; at the best there is none."""
    silver = smb_way(developers=2)
    gold = smb_way(adds=10, consultants=5, developers=2, tenants=10)

    assert silver is not None
    assert (silver.tier, silver.points_missing) == ("gold", 80 - Fraction(433, 7))
    assert gold is None


def test_units_are_whole_and_overshoot_only_as_far_as_they_must() -> None:
    """10 units of 100 points: 65 need 7 units, of which the last is partly too much."""
    way = way_of(card_of({"x": counted()}, tiers=[{"name": "gold", "points": 65}]), {"x": Fraction(1, 2)})

    assert adds_of(way) == {"x": 6}
    assert way.path[0].points == 60
    assert way.points_missing == 60


def test_value_below_zero_has_to_come_up_first() -> None:
    """From -3 it takes 3 units to get to 0, which earn nothing, and 6 more."""
    way = way_of(card_of({"x": counted()}), {"x": -3})

    assert adds_of(way) == {"x": 9}


def test_of_equal_costs_the_fewest_units_are_taken() -> None:
    """20 points: two units of y for 1 each, or one of x for 2."""
    card = card_of(
        {"x": counted(threshold=5, cost=2), "y": counted(threshold=10)}, tiers=[{"name": "gold", "points": 20}]
    )

    assert adds_of(way_of(card, {"x": 0, "y": 0})) == {"x": 1}


def test_one_person_counts_for_all_that_count_the_rule() -> None:
    """A person is a fifth of 50 points, and a quarter of the growth that is needed for 50 more: 10 + 12.5."""
    people = {"kind": "people", "exam_rule": "r", "threshold": 5, "cost": 2}
    growth = {"kind": "people_growth", "exam_rule": "r", "baseline_on": "2020-10-01", "threshold": 1, "cost": 7}
    card = card_of(
        {"x": {"max": 50, "options": {"value": people}}, "y": {"max": 50, "options": {"value": growth}}},
        tiers=[{"name": "gold", "points": 45}],
    )
    way = way_of(card, {"x": 0, "y": (4, 4)})

    assert way.path == (PathStep("x", "value", 2, "units", Fraction(45), Fraction(4), also=("y",)),)
    assert way_of(card, {"x": 0, "y": (4, 4)}, costs={"y": Fraction(3)}).cost == 6


def gated_card() -> Scorecard:
    """Return a scorecard with 5 people for 50 points behind two gates of two people, and 10 customers for 50."""
    gates = [{"exam_rule": "architect", "people": 2}, {"exam_rule": "administrator", "people": 2}]
    people = {"kind": "people", "exam_rule": "associate", "threshold": 5, "gates": gates}
    return card_of({"x": {"max": 50, "options": {"value": people}}, "y": counted(most=50)})


def test_closed_gates_are_opened_first_and_cost_their_people() -> None:
    """One architect and two administrators open what three people have earned: 30 points, and 30 more lack."""
    way = way_of(gated_card(), {"x": 3, "y": 0}, {"architect": 1, "administrator": 0})

    assert [(step.gate, step.indicator, step.add, step.points) for step in way.path] == [
        ("architect", "x", 1, 0),
        ("administrator", "x", 2, 30),
        (None, "x", 2, 20),
        (None, "y", 2, 10),
    ]
    assert way.cost == 7


def test_gate_that_costs_more_than_it_gives_stays_closed() -> None:
    """20 points lack: four customers cost 4, and two administrators open 30 points for 2, or for 6."""
    values, gates = {"x": 3, "y": 6}, {"architect": 2, "administrator": 0}
    card = gated_card().model_copy(update={"tiers": card_of({"x": counted()}, tiers=LOW).tiers})
    cheap = way_of(card, values, gates)
    dear = way_of(card, values, gates, {"administrator": Fraction(3)})

    assert [(step.gate, step.add) for step in cheap.path] == [("administrator", 2)]
    assert [(step.gate, step.indicator, step.add) for step in dear.path] == [(None, "y", 4)]


def test_person_who_counts_elsewhere_opens_the_gate_too() -> None:
    """The administrators of y open the gate of x, so no further people are needed."""
    gated = {
        "kind": "people",
        "exam_rule": "associate",
        "threshold": 5,
        "gates": [{"exam_rule": "admin", "people": 2}],
    }
    own = {"kind": "people", "exam_rule": "admin", "threshold": 5}
    card = card_of(
        {"x": {"max": 50, "options": {"value": gated}}, "y": {"max": 50, "options": {"value": own}}},
        tiers=[{"name": "gold", "points": 70}],
    )
    way = way_of(card, {"x": 5, "y": 0}, {"admin": 0})

    assert way.path == (PathStep("y", "value", 2, "units", Fraction(70), Fraction(2), also=("x",)),)


def test_every_indicator_gets_its_first_points() -> None:
    """X alone would reach 50 points, but y has to have some."""
    indicators = {"x": counted(most=50, threshold=5), "y": counted(most=50, threshold=100, cost=5)}
    card = card_of(indicators, tiers=[{"name": "partner", "points": 50, "every_indicator": True}])
    way = way_of(card, {"x": 5, "y": -2})

    assert way.points_missing == 0
    assert adds_of(way) == {"y": 3}


def test_conditions_ask_for_what_each_lacks() -> None:
    """100 of revenue and 5 people: 12.5 lack to 100, which are 13 whole units, and 3 people."""
    indicators = {
        "x": {"max": 50, "options": {"value": {"kind": "revenue", "threshold": 300}}},
        "y": {"max": 50, "options": {"value": {"kind": "people", "exam_rule": "r", "threshold": 15}}},
        "z": counted(),
    }
    card = card_of(indicators, tiers=[{"name": "silver", "conditions": {"x": 100, "y": 5}}])
    way = way_of(card, {"x": Fraction(175, 2), "y": 2, "z": 0})

    assert (way.points, way.points_missing, way.reachable) == (None, 0, True)
    assert adds_of(way) == {"x": 13, "y": 3}


def test_best_option_is_reached_by_one_of_them_alone() -> None:
    """From 9 of 10 and 0 of 2, the second option is nearer: two units instead of one that adds a tenth."""
    options = {
        "long": {"kind": "net_customer_adds", "threshold": 10},
        "short": {"kind": "net_customer_adds", "threshold": 2},
    }
    card = card_of({"x": {"max": 100, "options": options}}, tiers=[{"name": "gold", "points": 100}])

    assert [(step.option, step.add) for step in way_of(card, {"x.long": 5, "x.short": 0}).path] == [("short", 2)]
    assert [(step.option, step.add) for step in way_of(card, {"x.long": 9, "x.short": 0}).path] == [("long", 1)]


def test_floored_points_come_in_stairs() -> None:
    """10 points for 30,000 dollars: the eighth whole point takes 24,000, of which 23,001 are there."""
    card = card_of(
        {"x": {"max": 10, "options": {"value": {"kind": "revenue", "threshold": 30000}}}},
        tiers=[{"name": "gold", "points": 8}],
        parameters={"rounding": "floor_metric_points"},
    )

    assert adds_of(way_of(card, {"x": 23001})) == {"x": 999}


def test_rounded_total_needs_only_the_half() -> None:
    """With round_half_up_total 59.5 of 100 reach 60: one unit of 0.1 is enough from 59.4."""
    card = card_of({"x": counted(threshold=1000)}, parameters={"rounding": "round_half_up_total"})
    way = way_of(card, {"x": 594})

    assert (adds_of(way), way.points, way.points_missing) == ({"x": 1}, 60, Fraction(1, 10))


def test_way_that_no_units_make_is_said_to_be_out_of_reach() -> None:
    """50 points at most; the growth has too small a baseline."""
    indicators = {
        "x": counted(most=50),
        "y": {"max": 50, "options": {"value": {"kind": "growth", "threshold": 0.5, "minimum_baseline": 50}}},
    }
    way = way_of(card_of(indicators), {"x": 2, "y": (60, 49)})

    assert (way.path, way.cost, way.reachable, way.points_missing) == ((), None, False, 50)
    assert way.dead_ends == (DeadEnd("y", "baseline_too_low"),)


def test_dead_ends_say_why_units_do_not_help() -> None:
    """At its cap; a baseline too low; a band without growth; less than one whole point."""
    growth = {"kind": "people_growth", "exam_rule": "r", "baseline_on": "2020-10-01", "points": "banded_growth"}
    bands = [{"baseline": 15, "growth": 0.35}, {"baseline": 50}]
    indicators = {
        "full": counted(most=10),
        "small": {"max": 10, "options": {"value": {**growth, "bands": bands}}},
        "large": {"max": 10, "options": {"value": {**growth, "exam_rule": "s", "bands": bands}}},
        "crumb": counted(most=0.5),
        "open": counted(most=80),
    }
    card = card_of(indicators, parameters={"rounding": "floor_metric_points"})
    way = way_of(card, {"full": 10, "small": (9, 9), "large": (50, 50), "crumb": 3, "open": 0})

    assert way.dead_ends == (
        DeadEnd("full", "at_its_cap"),
        DeadEnd("small", "baseline_too_low"),
        DeadEnd("large", "no_threshold"),
        DeadEnd("crumb", "out_of_reach"),
    )
    assert adds_of(way) == {"open": 7}


def test_cost_of_something_unknown_is_refused_with_a_near_name() -> None:
    """Costs are for indicators and gates."""
    with pytest.raises(UsageError, match=r"no indicator or gate 'developer' .*; did you mean 'developers'?"):
        smb_way({"developer": Fraction(1)})


@pytest.mark.parametrize("cost", [Fraction(0), Fraction(-1, 2)])
def test_cost_has_to_be_above_zero(cost: Fraction) -> None:
    """Units for nothing would make every path meaningless."""
    with pytest.raises(UsageError, match=r"the cost of 'developers' is '(0|-1/2)'; give a number above 0"):
        smb_way({"developers": cost})
