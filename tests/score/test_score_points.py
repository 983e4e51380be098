"""Points by rule, on the worked examples of the published pages (domain.md 1.2, 2 and 3)."""

from fractions import Fraction

import pytest

from partnerlens.errors import UsageError
from partnerlens.model.score import IndicatorScore, Measured, PartnerInputs, Score
from partnerlens.model.scorecard import Scorecard
from partnerlens.months import Month
from partnerlens.score import score_points, score_track
from score.small_cards import MONTHS, card_of, inputs_of, smb_card, smb_inputs

MONTH = Month.parse("2021-06")


def score_of(card: Scorecard, inputs: PartnerInputs) -> Score:
    """Return the score under the only track."""
    return score_track(card, next(iter(card.tracks)), inputs, month=MONTH)


def line_of(card: Scorecard, inputs: PartnerInputs, name: str = "x") -> IndicatorScore:
    """Return one line of the score."""
    return next(line for line in score_of(card, inputs).indicators if line.id == name)


def adds(**more) -> dict:
    """Return an indicator of counted customers."""
    return {"max": 10, "options": {"value": {"kind": "net_customer_adds", "threshold": 10, **more}}}


def test_worked_example_of_the_page_comes_out_exactly() -> None:
    """Source: domain.md 1.2, "total 59.357142... -> none (would be 59 rounded, also none)"."""
    score = score_of(smb_card(), smb_inputs())

    assert [line.points for line in score.indicators] == [
        5,  # 15,000 of 30,000, of 10
        4,  # 4 of 10, of 10
        18,  # 3 of 5, of 30
        Fraction(5, 2),  # 1 of 2, of 5
        12,  # 6 of 10, of 20
        Fraction(125, 7),  # 25 % of 35 %, of 25
    ]
    assert score.points == Fraction(831, 14)
    assert (score.tier, score.rounds_to) == (None, None)


def test_one_more_developer_makes_the_worked_example_silver() -> None:
    """Source: domain.md 1.2, "One more developer: +2.5 = 61.857... -> silver"."""
    score = score_of(smb_card(), smb_inputs(developers=2))

    assert score.points == Fraction(831, 14) + Fraction(5, 2) == Fraction(433, 7)
    assert score.tier == "silver"


def test_next_unit_tells_what_one_more_of_each_adds() -> None:
    """One dollar, one customer, one person, one tenant, one user; a user is 1/200 of growth."""
    lines = score_of(smb_card(), smb_inputs()).indicators

    assert [line.next_unit_points for line in lines] == [
        Fraction(1, 3000),
        1,
        6,
        Fraction(5, 2),
        2,
        Fraction(25, 200) / Fraction(35, 100),
    ]


@pytest.mark.parametrize(
    ("now", "then", "points", "reason"),
    [
        (60, 49, 0, "baseline_too_low"),
        (60, 50, Fraction(100, 7), None),  # 20 % of 35 %, of 25
        (250, 200, Fraction(125, 7), None),
        (235, 200, Fraction(25, 2), None),  # 17.5 %
        (270, 200, 25, None),
        (900, 200, 25, None),
        (150, 200, 0, None),
        (5, 0, 0, "baseline_too_low"),
    ],
)
def test_growth_counts_from_a_baseline_of_fifty(now: int, then: int, points: Fraction, reason: str | None) -> None:
    """Source: domain.md 1.2 #6, "49 -> 0, 50 -> eligible"; "35 % growth = 25 points; 17.5 % = 12.5 points"."""
    line = line_of(smb_card(), smb_inputs(users=(now, then)), "mau_growth")

    assert (line.points, line.reason) == (points, reason)


def test_ratio_without_baseline_has_no_value() -> None:
    """Nothing is measured from nothing, nor from credits that outweighed what was billed."""
    assert line_of(smb_card(), smb_inputs(users=(5, 0)), "mau_growth").value is None
    assert line_of(smb_card(), smb_inputs(users=(-3, -1)), "mau_growth").value is None


@pytest.mark.parametrize(
    ("value", "points"), [(-3, 0), (0, 0), (1, 1), (Fraction(5, 2), Fraction(5, 2)), (10, 10), (11, 10)]
)
def test_values_below_zero_and_above_the_threshold_are_held(value: Fraction, points: Fraction) -> None:
    """Source: domain.md 1.2, "values above the threshold give no more; negative values give 0", but it is shown."""
    line = line_of(card_of({"x": adds()}), inputs_of({"x": value}))

    assert (line.points, line.value) == (points, value)


@pytest.mark.parametrize(("threshold", "points"), [(10, Fraction(21, 2)), (15, 7)])
def test_raised_threshold_lowers_points_for_the_same_people(threshold: int, points: Fraction) -> None:
    """Source: domain.md 2.5, developed Customer Engagement consultants "10 -> 15"; 7 people, of 15 points."""
    option = {"kind": "people", "exam_rule": "consultant", "threshold": threshold}
    card = card_of({"x": {"max": 15, "options": {"value": option}}})

    assert line_of(card, inputs_of({"x": 7})).points == points


def test_best_option_counts_and_ties_go_to_the_first() -> None:
    """Source: domain.md 3.2, "DPOR 2,000/4,000 x 30 = 15, CPOR 1,500/1,000 x 30 = 45 -> max -> 30"."""
    growth = {"kind": "growth", "form": "difference"}
    options = {"dpor": {**growth, "threshold": 4000}, "cpor": {**growth, "threshold": 1000}}
    card = card_of({"x": {"max": 30, "options": options}})
    dpor = line_of(card, inputs_of({"x.dpor": 2000, "x.cpor": 0}))
    best = line_of(card, inputs_of({"x.dpor": 2000, "x.cpor": 1500}))
    tied = line_of(card, inputs_of({"x.dpor": 5000, "x.cpor": 1500}))

    assert (dpor.points, dpor.option) == (15, "dpor")
    assert (best.points, best.option, best.value, best.threshold) == (30, "cpor", 1500, 1000)
    assert (tied.points, tied.option) == (30, "dpor")


def test_sum_of_options_ends_at_the_maximum() -> None:
    """Source: domain.md 3.4, $1,250 or 125 users a point, of 20, "added up"."""
    options = {
        "consumption": {"kind": "revenue", "points": "step", "step": 1250, "threshold": 25000},
        "users": {"kind": "growth", "form": "difference", "points": "step", "step": 125, "threshold": 2500},
    }
    card = card_of({"x": {"max": 20, "combine": "sum", "options": options}})

    assert line_of(card, inputs_of({"x.consumption": 6249, "x.users": 500})).points == 4 + 4
    assert line_of(card, inputs_of({"x.consumption": 24999, "x.users": 1000})).points == 20


@pytest.mark.parametrize(
    ("value", "points"),
    [(Fraction(99, 100), 0), (1, 2), (Fraction(299, 100), 4), (5, 10), (-2, 0), (90, 10)],
)
def test_steps_count_whole(value: Fraction, points: int) -> None:
    """Only whole steps earn points: 2 each, of 10."""
    card = card_of({"x": adds(points="step", threshold=5)})

    assert line_of(card, inputs_of({"x": value})).points == points


def test_steps_that_do_not_meet_the_threshold_earn_all_points_with_the_step_after_it() -> None:
    """Steps of 2 towards 5: 4 at the value 5, all at 6."""
    card = card_of({"x": adds(points="step", step=2, threshold=5)})

    assert line_of(card, inputs_of({"x": 5})).points == 8
    assert line_of(card, inputs_of({"x": 6})).points == 10


@pytest.mark.parametrize(
    ("value", "points", "reason"), [(9, 0, "below_all_or_nothing"), (10, 10, None), (11, 10, None)]
)
def test_all_or_nothing_begins_at_the_threshold(value: int, points: int, reason: str | None) -> None:
    """Source: domain.md 2.2, "condition is >= (meet or exceed)"."""
    line = line_of(card_of({"x": adds(points="all_or_nothing")}), inputs_of({"x": value}))

    assert (line.points, line.reason) == (points, reason)


@pytest.mark.parametrize(
    ("baseline", "now", "points", "reason", "threshold"),
    [
        (14, 28, 0, "baseline_too_low", None),
        (15, 20, 0, "below_all_or_nothing", Fraction(35, 100)),  # a third
        (15, 21, 15, None, Fraction(35, 100)),  # 40 %
        (29, 39, 0, "below_all_or_nothing", Fraction(35, 100)),  # 34.48 %
        (29, 40, 15, None, Fraction(35, 100)),
        (30, 38, 15, None, Fraction(25, 100)),  # 26.7 %
        (49, 61, 0, "below_all_or_nothing", Fraction(25, 100)),  # 24.5 %
        (49, 62, 15, None, Fraction(25, 100)),
        (50, 100, 0, "no_threshold", None),
    ],
)
def test_bands_of_growth_begin_with_their_baseline(
    baseline: int, now: int, points: int, reason: str | None, threshold: Fraction | None
) -> None:
    """Source: domain.md 2.2, developed: 15-29 need 35 %, 30-49 need 25 %, 50 and above see other options."""
    bands = [{"baseline": 15, "growth": 0.35}, {"baseline": 30, "growth": 0.25}, {"baseline": 50}]
    option = {"kind": "people_growth", "exam_rule": "r", "baseline_on": "2020-10-01", "points": "banded_growth"}
    card = card_of({"x": {"max": 15, "options": {"value": {**option, "bands": bands}}}})
    line = line_of(card, inputs_of({"x": (now, baseline)}))

    assert (line.points, line.reason, line.threshold) == (points, reason, threshold)


@pytest.mark.parametrize(
    ("architects", "administrators", "points", "reason"),
    [(2, 1, 0, "gate_not_met"), (1, 2, 0, "gate_not_met"), (2, 2, 20, None), (3, 5, 20, None)],
)
def test_every_gate_has_to_be_open(architects: int, administrators: int, points: int, reason: str | None) -> None:
    """Source: domain.md 3.3, "no points before every prerequisite step has two people"; 5 of 10 people, of 40."""
    gates = [{"exam_rule": "architect", "people": 2}, {"exam_rule": "administrator", "people": 2}]
    option = {"kind": "people", "exam_rule": "associate", "threshold": 10, "gates": gates}
    card = card_of({"x": {"max": 40, "options": {"value": option}}})
    line = line_of(card, inputs_of({"x": 5}, {"architect": architects, "administrator": administrators}))

    assert (line.points, line.reason) == (points, reason)
    assert line.next_unit_points == (0 if reason else 4)


def test_thresholds_are_those_of_the_market_class() -> None:
    """The class of the customers decides one line, that of the partner another."""
    classed = {"developed": 10, "developing": 5}
    people = {"kind": "people", "exam_rule": "r", "threshold": classed}
    card = card_of(
        {"x": adds(threshold=classed), "y": {"max": 10, "located_by": "partner", "options": {"value": people}}}
    )
    inputs = inputs_of({"x": 5, "y": 5}, classes={"customer": "developed", "partner": "developing"})
    lines = score_of(card, inputs).indicators

    assert [(line.points, line.market_class, line.threshold) for line in lines] == [
        (5, "developed", 10),
        (10, "developing", 5),
    ]


def test_floored_indicators_are_added_up_whole() -> None:
    """With floor_metric_points 831/14 becomes 5 + 4 + 18 + 2 + 12 + 17."""
    card = smb_card("floor_metric_points")
    score = score_of(card, smb_inputs())

    assert score.points == 58
    assert [line.points for line in score.indicators] == [5, 4, 18, 2, 12, 17]


def test_short_history_is_flagged_on_its_line() -> None:
    """A measure that would need earlier months says so."""
    lines = score_of(smb_card(), smb_inputs(short=frozenset({"mau_growth"}))).indicators

    assert [line.flags for line in lines] == [(), (), (), (), (), ("history_short",)]


def test_quick_form_gives_the_same_total_and_tier() -> None:
    """Many partners are scored by the data month alone."""
    partners = [smb_inputs(), smb_inputs(developers=2)]
    now = [
        PartnerInputs({key: (values[0],) for key, values in inputs.measures.items()}, {}, inputs.classes)
        for inputs in partners
    ]
    quick = score_points(smb_card(), "smb", now)

    assert [(score.track, score.points, score.tier) for score in quick] == [
        ("smb", Fraction(831, 14), None),
        ("smb", Fraction(433, 7), "silver"),
    ]


def test_unknown_track_is_refused_with_a_near_name() -> None:
    """Wrong use is told with what was meant."""
    with pytest.raises(UsageError, match=r"has no track 'smp'; did you mean 'smb'\?"):
        score_points(smb_card(), "smp", [smb_inputs()])


def test_measure_tells_its_exact_value() -> None:
    """A sum is its numerator, a ratio a fraction."""
    assert Measured(Fraction(7)).value == 7
    assert Measured(Fraction(50), Fraction(200), Fraction(200)).value == Fraction(1, 4)
    assert len(smb_inputs().measures["developers", "value"]) == MONTHS
