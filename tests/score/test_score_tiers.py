"""Tiers: exact totals against their limits, conditions, and what rounding would show."""

from fractions import Fraction

import pytest

from partnerlens.model.score import Score, TrackPoints
from partnerlens.model.scorecard import Scorecard
from partnerlens.months import Month
from partnerlens.score import chosen_track, score_track
from score.small_cards import card_of, inputs_of

MONTH = Month.parse("2021-06")
TINY = Fraction(1, 10**18)


def hundred(**more) -> Scorecard:
    """Return a scorecard whose total is the value of its one indicator, from 0 to 100."""
    option = {"kind": "revenue", "threshold": 100}
    return card_of({"x": {"max": 100, "options": {"value": option}}}, **more)


def score_of(card: Scorecard, values: dict, **more) -> Score:
    """Return the score under track ``t``."""
    return score_track(card, "t", inputs_of(values, **more), month=MONTH)


@pytest.mark.parametrize(
    ("total", "tier", "rounds_to"),
    [
        (-5, None, None),
        (0, None, None),
        (Fraction(594, 10), None, None),
        (Fraction(595, 10), None, "silver"),
        (60 - TINY, None, "silver"),
        (60, "silver", None),
        (Fraction(794, 10), "silver", None),
        (80 - TINY, "silver", "gold"),
        (80, "gold", None),
        (100, "gold", None),
        (140, "gold", None),
    ],
)
def test_tiers_begin_exactly_at_their_points(total: Fraction, tier: str | None, rounds_to: str | None) -> None:
    """Source: decisions.md 4, ">= 80 gold, >= 60 silver, else none", no rounding before; where it matters is said."""
    score = score_of(hundred(), {"x": total})

    assert (score.tier, score.rounds_to) == (tier, rounds_to)
    assert score.points == min(max(total, 0), 100)


@pytest.mark.parametrize(
    ("total", "tier"),
    [(Fraction(595, 10) - TINY, None), (Fraction(595, 10), "silver"), (Fraction(795, 10), "gold")],
)
def test_totals_rounded_half_up_count_rounded_and_are_shown_exactly(total: Fraction, tier: str | None) -> None:
    """The parameter round_half_up_total compares the whole number."""
    score = score_of(hundred(parameters={"rounding": "round_half_up_total"}), {"x": total})

    assert (score.tier, score.rounds_to, score.points) == (tier, None, total)


def pair_card(**tier) -> Scorecard:
    """Return a scorecard with two indicators of 50 points, 10 units each, and one tier."""
    option = {"kind": "net_customer_adds", "threshold": 10}
    indicators = {name: {"max": 50, "options": {"value": option}} for name in ("x", "y")}
    return card_of(indicators, tiers=[{"name": "partner", **tier}])


@pytest.mark.parametrize(("x", "y", "tier"), [(10, 4, "partner"), (10, 3, None), (10, 0, None), (7, 7, "partner")])
def test_points_and_every_indicator_above_zero(x: int, y: int, tier: str | None) -> None:
    """Source: domain.md 3, "total >= 70 of 100 and every metric > 0 points"."""
    assert score_of(pair_card(points=70, every_indicator=True), {"x": x, "y": y}).tier == tier


def test_full_points_elsewhere_do_not_replace_an_indicator() -> None:
    """100 of 150 points are enough for the total, but one line has none."""
    option = {"kind": "net_customer_adds", "threshold": 10}
    indicators = {name: {"max": 50, "options": {"value": option}} for name in ("x", "y", "z")}
    card = card_of(indicators, tiers=[{"name": "partner", "points": 70, "every_indicator": True}])
    lacking = score_of(card, {"x": 10, "y": 10, "z": 0})
    complete = score_of(card, {"x": 10, "y": 10, "z": 1})

    assert (lacking.points, lacking.tier) == (100, None)
    assert (complete.points, complete.tier) == (105, "partner")


@pytest.mark.parametrize(
    ("revenue", "people", "tier"), [(300, 15, "gold"), (299, 15, "silver"), (300, 14, "silver"), (100, 4, None)]
)
def test_conditions_decide_alone_where_there_are_no_points(revenue: int, people: int, tier: str | None) -> None:
    """Source: domain.md 2.6, gold $300,000 and 15 people, silver $100,000 and 5 (in thousands, developed)."""
    indicators = {
        "revenue": {"max": 50, "options": {"value": {"kind": "revenue", "threshold": 300}}},
        "people": {
            "max": 50,
            "located_by": "partner",
            "options": {"value": {"kind": "people", "exam_rule": "r", "threshold": 15}},
        },
    }
    tiers = [
        {"name": "gold", "conditions": {"revenue": {"developed": 300, "developing": 150}, "people": 15}},
        {"name": "silver", "conditions": {"revenue": {"developed": 100, "developing": 50}, "people": 5}},
    ]
    card = card_of(indicators, tiers=tiers)
    classes = {"customer": "developed", "partner": "developing"}

    assert score_of(card, {"revenue": revenue, "people": people}, classes=classes).tier == tier


def test_condition_on_a_growth_without_baseline_is_not_met() -> None:
    """A value that is null reaches nothing."""
    growth = {"kind": "growth", "threshold": 0.5}
    card = card_of(
        {"x": {"max": 100, "options": {"value": growth}}}, tiers=[{"name": "grown", "conditions": {"x": 0.1}}]
    )

    assert score_of(card, {"x": (9, 0)}).tier is None
    assert score_of(card, {"x": (11, 10)}).tier == "grown"


def scores(**points: int) -> list[TrackPoints]:
    """Return scores of tracks with these points."""
    return [TrackPoints(name, Fraction(number), None) for name, number in points.items()]


@pytest.mark.parametrize("by", ["each", "best"])
def test_track_with_most_points_comes_first_and_ties_go_by_order(by: str) -> None:
    """Each track is shown; the best one leads."""
    card = hundred(choice={"by": by})

    assert chosen_track(card, scores(a=10, b=20)) == "b"
    assert chosen_track(card, scores(a=20, b=20)) == "a"


@pytest.mark.parametrize(("size", "track"), [(None, "b"), (Fraction(4), "b"), (Fraction(5), "a")])
def test_size_decides_from_its_minimum_on(size: Fraction | None, track: str) -> None:
    """Source: domain.md 3.1, enterprise "if >= 5 unique workloads", SMB "if <= 4"; points do not matter."""
    measure = {
        "kind": "qualifying",
        "unit": "product",
        "conditions": [{"limits": [{"measure": "revenue", "minimum": 5000}]}],
        "threshold": 5,
    }
    card = hundred(choice={"by": "size", "measure": measure, "minimum": 5, "large": "a", "small": "b"})

    assert chosen_track(card, scores(a=0, b=0), size) == track
    assert chosen_track(card, scores(a=0, b=99), size) == track
