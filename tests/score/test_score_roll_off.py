"""Roll-off: the score of the next twelve months if nothing is added."""

from fractions import Fraction

from partnerlens.model.score import Measured, PartnerInputs, RolledValue, Score
from partnerlens.months import Month
from partnerlens.score import score_track
from score.small_cards import MONTHS, card_of

MONTH = Month.parse("2021-06")
GROWTH = {"max": 50, "options": {"value": {"kind": "growth", "threshold": 0.5}}}


def counted(**more) -> dict:
    """Return an indicator of ten customers for fifty points."""
    return {"max": 50, "options": {"value": {"kind": "net_customer_adds", "threshold": 10, **more}}}


def leaving(*values: int) -> tuple[Measured, ...]:
    """Return counts of the data month and the months after it; the last one stays."""
    padded = [*values, *[values[-1]] * (MONTHS - len(values))]
    return tuple(Measured(Fraction(value)) for value in padded)


def rolled(measures: dict, indicators: dict, gates: dict | None = None) -> Score:
    """Return the score with its roll-off."""
    inputs = PartnerInputs({(name, "value"): values for name, values in measures.items()}, gates or {})
    return score_track(card_of(indicators), "t", inputs, month=MONTH)


def test_months_ahead_are_twelve_and_carry_their_own_score() -> None:
    """Two of ten customers leave the window in July, one more in August."""
    score = rolled({"x": leaving(10, 8, 7), "y": leaving(8)}, {"x": counted(), "y": counted()})

    assert [str(month.month) for month in score.roll_off][::11] == ["2021-07", "2022-06"]
    assert [month.points for month in score.roll_off] == [80, *[75] * 11]
    assert [month.tier for month in score.roll_off] == ["gold", *["silver"] * 11]
    assert str(score.lost_in) == "2021-08"


def test_changes_name_the_indicator_with_values_and_points_before_and_after() -> None:
    """What does not change in a month is not listed."""
    score = rolled({"x": leaving(12, 11, 7), "y": leaving(8)}, {"x": counted(), "y": counted()})

    assert [month.changes for month in score.roll_off[:3]] == [
        (RolledValue("x", Fraction(12), Fraction(11), Fraction(50), Fraction(50)),),
        (RolledValue("x", Fraction(11), Fraction(7), Fraction(50), Fraction(35)),),
        (),
    ]


def test_tier_that_lasts_is_not_lost() -> None:
    """A better month ahead is no loss either."""
    assert rolled({"x": leaving(8), "y": leaving(8)}, {"x": counted(), "y": counted()}).lost_in is None
    assert rolled({"x": leaving(8, 9), "y": leaving(7)}, {"x": counted(), "y": counted()}).lost_in is None


def test_without_a_tier_there_is_nothing_to_lose() -> None:
    """Points may fall, but the tier was none before."""
    assert rolled({"x": leaving(8, 2), "y": leaving(0)}, {"x": counted(), "y": counted()}).lost_in is None


def test_tier_lost_and_back_is_lost_in_the_first_month() -> None:
    """The first month counts, also when the tier comes back."""
    score = rolled({"x": leaving(8, 8, 1, 8), "y": leaving(8)}, {"x": counted(), "y": counted()})

    assert str(score.lost_in) == "2021-08"
    assert score.roll_off[2].tier == "gold"


def test_baseline_of_growth_moves_on() -> None:
    """120 users against 100; in July the month to compare with has 60, in August none."""
    months = ((20, 100), (60, 60), (120, 0))
    users = [Measured(Fraction(more), Fraction(then), Fraction(then)) for more, then in months]
    score = rolled({"x": (*users, *[users[-1]] * 10)}, {"x": GROWTH})

    assert score.points == 20
    assert [month.points for month in score.roll_off[:3]] == [50, 0, 0]
    assert score.roll_off[1].changes == (RolledValue("x", Fraction(1), None, Fraction(50), Fraction(0)),)


def test_gate_that_closes_is_a_change_though_the_value_stays() -> None:
    """Ten people keep counting, but one of two administrators does not in September."""
    gates = [{"exam_rule": "admin", "people": 2}]
    gated = {"max": 100, "options": {"value": {"kind": "people", "exam_rule": "r", "threshold": 10, "gates": gates}}}
    score = rolled({"x": leaving(10)}, {"x": gated}, {"admin": (2, 2, 2, *[1] * 10)})

    assert score.roll_off[2].changes == (RolledValue("x", Fraction(10), Fraction(10), Fraction(100), Fraction(0)),)
    assert str(score.lost_in) == "2021-09"
