"""What if: other values, more units, and what follows from them in the months ahead."""

from fractions import Fraction

import pytest

from partnerlens.errors import UsageError
from partnerlens.model.score import Measured, PartnerInputs
from partnerlens.score import track_rules, with_added, with_values
from score.small_cards import MONTHS, card_of, inputs_of, smb_card, smb_inputs

SMB = track_rules(smb_card(), "smb", {})


def numerators(inputs: PartnerInputs, indicator: str, option: str = "value") -> list[Fraction]:
    """Return the numerators of all months."""
    return [measured.numerator for measured in inputs.measures[indicator, option]]


def test_value_is_set_and_later_months_move_by_the_same_units() -> None:
    """Four customers become nine; where three were left a month later, eight are."""
    inputs = smb_inputs()
    falling = tuple(Measured(Fraction(value)) for value in (4, 3, *[1] * 11))
    inputs = PartnerInputs({**inputs.measures, ("net_customer_adds", "value"): falling})
    changed = with_values(SMB, inputs, {"net_customer_adds": Fraction(9)})

    assert numerators(changed, "net_customer_adds") == [9, 8, *[6] * 11]
    assert numerators(changed, "developers") == [1] * MONTHS


def test_growth_is_set_as_a_ratio() -> None:
    """35 % of 200 users are 70 more."""
    changed = with_values(SMB, smb_inputs(), {"mau_growth": Fraction(35, 100)})

    assert numerators(changed, "mau_growth") == [70] * MONTHS


def test_growth_without_baseline_cannot_be_set() -> None:
    """There is nothing that the ratio would be of."""
    with pytest.raises(UsageError, match="'mau_growth' has no value to change: there is no baseline to grow from"):
        with_values(SMB, smb_inputs(users=(5, 0)), {"mau_growth": Fraction(1, 2)})


def test_units_are_added_to_every_month() -> None:
    """Two more developers, one customer less."""
    changed = with_added(SMB, smb_inputs(), {"developers": 2, "net_customer_adds": -1})

    assert numerators(changed, "developers") == [3] * MONTHS
    assert numerators(changed, "net_customer_adds") == [3] * MONTHS


def people_rules() -> dict:
    """Return a line behind a gate, and lines that count the people of the gate and their growth."""
    gates = [{"exam_rule": "admin", "people": 2}]
    return {
        "x": {"max": 40, "options": {"value": {"kind": "people", "exam_rule": "r", "threshold": 5, "gates": gates}}},
        "y": {"max": 30, "options": {"value": {"kind": "people", "exam_rule": "admin", "threshold": 5}}},
        "z": {
            "max": 30,
            "options": {
                "value": {
                    "kind": "people_growth",
                    "exam_rule": "admin",
                    "baseline_on": "2020-10-01",
                    "threshold": 1,
                }
            },
        },
    }


@pytest.mark.parametrize("name", ["y", "z", "y.value", "admin"])
def test_people_are_added_to_all_that_count_their_rule(name: str) -> None:
    """One more administrator counts as a person, as growth, and for the gate, by whichever name."""
    rules = track_rules(card_of(people_rules()), "t", {})
    changed = with_added(rules, inputs_of({"x": 3, "y": 1, "z": (1, 4)}, {"admin": 1}), {name: 1})

    assert numerators(changed, "x") == [3] * MONTHS
    assert numerators(changed, "y") == [2] * MONTHS
    assert numerators(changed, "z") == [-2] * MONTHS
    assert changed.gates["admin"] == (2,) * MONTHS


def test_gate_has_never_less_than_nobody() -> None:
    """More people cannot be taken away than there are."""
    rules = track_rules(card_of(people_rules()), "t", {})
    changed = with_added(rules, inputs_of({"x": 3, "y": 1, "z": (1, 4)}, {"admin": 1}), {"admin": -3})

    assert changed.gates["admin"] == (0,) * MONTHS


def test_option_is_named_after_its_indicator() -> None:
    """The indicator alone means its first option."""
    option = {"kind": "growth", "form": "difference", "threshold": 10}
    rules = track_rules(card_of({"x": {"max": 100, "options": {"one": option, "two": option}}}), "t", {})
    inputs = inputs_of({"x.one": 1, "x.two": 2})
    added = with_added(rules, inputs, {"x": 5, "x.two": 1})
    valued = with_values(rules, inputs, {"x.two": Fraction(7)})

    assert (numerators(added, "x", "one")[0], numerators(added, "x", "two")[0]) == (6, 3)
    assert (numerators(valued, "x", "one")[0], numerators(valued, "x", "two")[0]) == (1, 7)


def test_unknown_indicator_is_refused_with_a_near_name() -> None:
    """Wrong use is told with what was meant, or with what there is."""
    with pytest.raises(UsageError, match="there is no indicator 'developer'; did you mean 'developers'"):
        with_added(SMB, smb_inputs(), {"developer": 1})
    with pytest.raises(UsageError, match="there is no indicator 'zzz'; track 'smb' has net_new_revenue, "):
        with_values(SMB, smb_inputs(), {"zzz": Fraction(1)})
