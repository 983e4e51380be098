"""Findings that scores tell: a baseline that is too low, and a tier that is near."""

from fractions import Fraction

import pytest

from partnerlens.catalog.catalog import Catalog
from partnerlens.findings.scored import ScoreFacts
from partnerlens.model.score import Measured, PartnerInputs
from partnerlens.months import Month

SCORECARD = Catalog(None).scorecard("smb-pci-2021", Month.parse("2021-06")).definition
(TRACK,) = SCORECARD.tracks


CONSULTANTS = next(
    name
    for name, indicator in SCORECARD.tracks[TRACK].indicators.items()
    if any(option.kind == "people" for option in indicator.options.values())
)
"""The first indicator of people."""


def inputs(*, revenue: int, adds: int, consultants: int, developers: int, tenants: int, users: int, base: int):
    """Return the measures of a partner, as domain.md, 1.2 has them."""
    values = {
        "revenue": Measured(Fraction(revenue)),
        "net_customer_adds": Measured(Fraction(adds)),
        "consultants": Measured(Fraction(consultants)),
        "developers": Measured(Fraction(developers)),
        "new_deployments": Measured(Fraction(tenants)),
        "growth": Measured(Fraction(users - base), Fraction(base), Fraction(base)),
    }
    measures = {}
    people = iter(("consultants", "developers"))
    for indicator, each in SCORECARD.tracks[TRACK].indicators.items():
        for name, option in each.options.items():
            measures[indicator, name] = (values[next(people) if option.kind == "people" else option.kind],)
    return PartnerInputs(measures=measures)


def told(**measured: int) -> ScoreFacts:
    """Return what the score of a partner tells."""
    facts = ScoreFacts()
    facts.add(SCORECARD, TRACK, ["p"], [inputs(**measured)], near_points=2)
    return facts


WORKED = {"revenue": 15_000, "adds": 4, "consultants": 3, "developers": 1, "tenants": 6, "users": 250, "base": 200}
"""The worked example: 59.357142... points."""


def test_a_tier_that_a_few_points_are_missing_to_is_near():
    """60 - 59.357142... = 0.642858 points to silver, rounded up to six decimals."""
    (near,) = told(**WORKED).near_tiers

    assert (near["tier"], str(near["points"])) == ("silver", "0.642858")


@pytest.mark.parametrize(
    ("developers", "expected"),
    [(2, []), (0, [])],
)
def test_a_tier_that_is_reached_or_far_is_not_near(developers, expected):
    """One developer more makes 61.86, 18 points below gold; one less 56.86, three below silver."""
    assert told(**WORKED | {"developers": developers}).near_tiers == expected


def test_a_baseline_below_fifty_is_told_with_the_points_out_of_reach():
    """49 users a year before earn nothing, whatever they grow to: 25 points are out of reach."""
    (low,) = told(**WORKED | {"base": 49, "users": 98}).low_baselines

    assert (low["baseline"], low["minimum"], str(low["points"])) == ("49", "50", "25.000000")


@pytest.mark.parametrize("base", [50, 0])
def test_a_baseline_that_is_large_enough_or_absent_is_not_told(base):
    """From 50 users on growth counts; where nobody was there, no rule holds it back."""
    assert told(**WORKED | {"base": base}).low_baselines == []


def test_the_size_of_a_deployment_comes_from_the_scorecard():
    """Five users make a deployment under the SMB option."""
    (size,) = told(**WORKED).deployment_sizes

    assert (size["partner_id"], int(size["users"])) == ("p", 5)


def test_points_that_people_lose_within_three_months_are_told():
    """One of three consultants ends: 30 points x 3/5 become 30 x 2/5, six points less; developers stay."""
    now = inputs(**WORKED)
    later = {
        place: (*values, *(Measured(values[0].numerator - 1) if place[0] == CONSULTANTS else values[0],) * 3)
        for place, values in now.measures.items()
    }
    facts = ScoreFacts()
    facts.add(SCORECARD, TRACK, ["p"], [PartnerInputs(measures=later)], near_points=2, ahead=3)

    assert [(lost["indicator"], str(lost["points"])) for lost in facts.lost_points] == [(CONSULTANTS, "6.000000")]
