"""Scores as JSON documents."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NotRequired

from typing_extensions import TypedDict

from partnerlens.app.scores import ScoreAnswer
from partnerlens.catalog.catalog import ScorecardVersion
from partnerlens.explain.explanation import LeavingMonth
from partnerlens.model.score import IndicatorScore, NextTier, PathStep, RolledMonth, RolledValue, Score
from partnerlens.units import exact_fraction, ratio_text, rounded_text

NO_TIER = "none"

Leaving = Mapping[str, Sequence[LeavingMonth]]
"""What leaves in later months, by indicator."""


class IndicatorDocument(TypedDict):
    """One line of a score; exact numbers as texts, such as ``12.5`` or ``1/3``."""

    id: str
    title: str
    value: str | None
    numerator: str
    denominator: str | None
    baseline: str | None
    threshold: str | None
    market_class: str | None
    points: str
    max: str
    unit: str
    option: str
    reason: str | None
    flags: list[str]
    next_unit_points: str


class StepDocument(TypedDict):
    """Units of one thing on the way to a tier."""

    indicator: str
    option: str
    add: int
    unit: str
    points: str
    cost: str
    also: list[str]
    gate: str | None


class DeadEndDocument(TypedDict):
    """An indicator that cannot add points, and why."""

    indicator: str
    reason: str


class NextTierDocument(TypedDict):
    """The cheapest way to the next tier."""

    tier: str
    points: str | None
    points_missing: str
    reachable: bool
    cost: str | None
    path: list[StepDocument]
    dead_ends: list[DeadEndDocument]


class LeavingRowsDocument(TypedDict):
    """How many rows leave one side of an indicator in a month, and come to it."""

    side: str
    leaves: int
    customers: int
    comes: int
    difference: str


class RolledValueDocument(TypedDict):
    """The change of one indicator from one month to the next, if nothing is added; ``rows`` where asked for."""

    indicator: str
    value_before: str | None
    value: str | None
    points_before: str
    points: str
    rows: NotRequired[list[LeavingRowsDocument]]


class RolledMonthDocument(TypedDict):
    """One of the twelve months after the data month, if nothing is added."""

    month: str
    points: str
    tier: str
    changes: list[RolledValueDocument]


class TrackDocument(TypedDict):
    """The score under one track, in short."""

    track: str
    points: str
    tier: str


class ScoreDocument(TypedDict):
    """A partner's score under a scorecard: the one that counts, and the other tracks in short."""

    partner: str
    partner_name: str
    month: str
    edition: int
    scorecard: str
    version: str
    published: bool
    what_if: bool
    ended_on: str | None
    parameters: dict[str, Any]
    credit_policy: str
    rule_sets: dict[str, str]
    track: str
    points: str
    points_shown: str
    tier: str
    rounds_to: str | None
    indicators: list[IndicatorDocument]
    next_tier: NextTierDocument | None
    roll_off: list[RolledMonthDocument]
    lost_in: str | None
    tracks: list[TrackDocument]
    flags: list[str]


class ScorecardDocument(TypedDict):
    """One version of a scorecard."""

    scorecard: str
    version: str
    title: str
    effective_from: str
    effective_until: str | None
    tracks: list[str]


def score_document(answer: ScoreAnswer, leaving: Leaving | None = None) -> ScoreDocument:
    """
    Return a score as JSON: the one that counts, and the other tracks in short.

    Args:
        answer: the score.
        leaving: the rows that leave in later months, by indicator; None where they are not asked for.
    """
    scorecard, score, currency = answer.scorecard, answer.score, answer.currency
    return {
        "partner": answer.partner_id,
        "partner_name": answer.partner_name,
        "month": str(answer.month),
        "edition": answer.edition,
        "scorecard": scorecard.id,
        "version": scorecard.version,
        "published": answer.is_published,
        "what_if": answer.is_what_if,
        "ended_on": answer.ended_on.isoformat() if answer.ended_on else None,
        "parameters": scorecard.parameters.model_dump(mode="json"),
        "credit_policy": scorecard.credit_policy,
        "rule_sets": dict(answer.digests),
        "track": score.track,
        "points": exact_fraction(score.points),
        "points_shown": rounded_text(score.points, 1),
        "tier": score.tier or NO_TIER,
        "rounds_to": score.rounds_to,
        "indicators": [_indicator(indicator, currency) for indicator in score.indicators],
        "next_tier": None if score.next_tier is None else _next_tier(score.next_tier, currency),
        "roll_off": [_rolled(month, leaving) for month in score.roll_off],
        "lost_in": str(score.lost_in) if score.lost_in else None,
        "tracks": [_track(each) for each in answer.scores],
        "flags": list(answer.flags),
    }


def scorecard_document(version: ScorecardVersion) -> ScorecardDocument:
    """Return one version of a scorecard as JSON; where its file is stays with the server."""
    return {
        "scorecard": version.id,
        "version": version.version,
        "title": version.title,
        "effective_from": version.effective_from.isoformat(),
        "effective_until": version.effective_until.isoformat() if version.effective_until else None,
        "tracks": list(version.tracks),
    }


def _track(score: Score) -> TrackDocument:
    return {"track": score.track, "points": exact_fraction(score.points), "tier": score.tier or NO_TIER}


def _indicator(indicator: IndicatorScore, currency: str) -> IndicatorDocument:
    return {
        "id": indicator.id,
        "title": indicator.title,
        "value": _value(indicator),
        "numerator": exact_fraction(indicator.numerator),
        "denominator": _text(indicator.denominator),
        "baseline": _text(indicator.baseline),
        "threshold": _text(indicator.threshold),
        "market_class": indicator.market_class,
        "points": exact_fraction(indicator.points),
        "max": exact_fraction(indicator.max),
        "unit": unit_text(indicator.unit, currency),
        "option": indicator.option,
        "reason": indicator.reason,
        "flags": list(indicator.flags),
        "next_unit_points": exact_fraction(indicator.next_unit_points),
    }


def _next_tier(tier: NextTier, currency: str) -> NextTierDocument:
    return {
        "tier": tier.tier,
        "points": _text(tier.points),
        "points_missing": exact_fraction(tier.points_missing),
        "reachable": tier.reachable,
        "cost": _text(tier.cost),
        "path": [_step(step, currency) for step in tier.path],
        "dead_ends": [{"indicator": end.indicator, "reason": end.reason} for end in tier.dead_ends],
    }


def _step(step: PathStep, currency: str) -> StepDocument:
    return {
        "indicator": step.indicator,
        "option": step.option,
        "add": step.add,
        "unit": unit_text(step.unit, currency),
        "points": exact_fraction(step.points),
        "cost": exact_fraction(step.cost),
        "also": list(step.also),
        "gate": step.gate,
    }


def _rolled(month: RolledMonth, leaving: Leaving | None) -> RolledMonthDocument:
    return {
        "month": str(month.month),
        "points": exact_fraction(month.points),
        "tier": month.tier or NO_TIER,
        "changes": [_change(month, change, leaving) for change in month.changes],
    }


def _change(month: RolledMonth, change: RolledValue, leaving: Leaving | None) -> RolledValueDocument:
    document: RolledValueDocument = {
        "indicator": change.indicator,
        "value_before": _text(change.value_before),
        "value": _text(change.value),
        "points_before": exact_fraction(change.points_before),
        "points": exact_fraction(change.points),
    }
    if leaving is not None:
        rows = [each for each in leaving.get(change.indicator, ()) if each.month == str(month.month)]
        document["rows"] = [_leaving_rows(each) for each in rows]
    return document


def _leaving_rows(month: LeavingMonth) -> LeavingRowsDocument:
    return {
        "side": month.side,
        "leaves": month.leaves,
        "customers": month.customers,
        "comes": month.comes,
        "difference": month.difference,
    }


def unit_text(unit: str, currency: str) -> str:
    """Return what a unit is called; ``currency`` stands for the reporting currency."""
    return currency if unit == "currency" else unit


def _value(indicator: IndicatorScore) -> str | None:
    """The value: exact, or a growth ratio rounded to six decimals, with numerator and denominator beside it."""
    if indicator.value is None:
        return None
    return ratio_text(indicator.value) if indicator.denominator is not None else exact_fraction(indicator.value)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else exact_fraction(value)
