"""Scores as JSON documents (facts.md, "Commands")."""

from fractions import Fraction
from typing import Any

from partnerlens.app.scores import ScoreAnswer
from partnerlens.catalog.catalog import ScorecardVersion
from partnerlens.model.score import IndicatorScore, NextTier, PathStep, RolledMonth, Score
from partnerlens.units import exact_fraction, ratio_text, rounded_text

NO_TIER = "none"


def score_document(answer: ScoreAnswer) -> dict[str, Any]:
    """Return ``score --json``: the score that counts, and the other tracks in short."""
    scorecard = answer.scorecard
    return {
        "partner": answer.partner_id,
        "partner_name": answer.partner_name,
        "month": str(answer.month),
        "edition": answer.edition,
        "scorecard": scorecard.id,
        "version": scorecard.version,
        "published": answer.is_published,
        "what_if": answer.is_what_if,
        "ended_on": answer.ended_on and answer.ended_on.isoformat(),
        "parameters": scorecard.parameters.model_dump(mode="json"),
        "credit_policy": scorecard.credit_policy,
        "rule_sets": dict(answer.digests),
        **_score(answer.score, answer.currency),
        "tracks": [
            {"track": score.track, "points": exact_fraction(score.points), "tier": score.tier or NO_TIER}
            for score in answer.scores
        ],
    }


def scorecard_document(version: ScorecardVersion) -> dict[str, Any]:
    """Return one entry of ``scorecards --json``."""
    return {
        "scorecard": version.id,
        "version": version.version,
        "title": version.title,
        "effective_from": version.effective_from.isoformat(),
        "effective_until": version.effective_until and version.effective_until.isoformat(),
        "tracks": list(version.tracks),
        "origin": version.origin,
    }


def _score(score: Score, currency: str) -> dict[str, Any]:
    return {
        "track": score.track,
        "points": exact_fraction(score.points),
        "points_shown": rounded_text(score.points, 1),
        "tier": score.tier or NO_TIER,
        "rounds_to": score.rounds_to,
        "indicators": [_indicator(indicator, currency) for indicator in score.indicators],
        "next_tier": None if score.next_tier is None else _next_tier(score.next_tier, currency),
        "roll_off": [_rolled(month) for month in score.roll_off],
        "lost_in": score.lost_in and str(score.lost_in),
    }


def _indicator(indicator: IndicatorScore, currency: str) -> dict[str, Any]:
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


def _next_tier(tier: NextTier, currency: str) -> dict[str, Any]:
    return {
        "tier": tier.tier,
        "points": _text(tier.points),
        "points_missing": exact_fraction(tier.points_missing),
        "reachable": tier.reachable,
        "cost": _text(tier.cost),
        "path": [_step(step, currency) for step in tier.path],
        "dead_ends": [{"indicator": end.indicator, "reason": end.reason} for end in tier.dead_ends],
    }


def _step(step: PathStep, currency: str) -> dict[str, Any]:
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


def _rolled(month: RolledMonth) -> dict[str, Any]:
    return {
        "month": str(month.month),
        "points": exact_fraction(month.points),
        "tier": month.tier or NO_TIER,
        "changes": [
            {
                "indicator": change.indicator,
                "value_before": _text(change.value_before),
                "value": _text(change.value),
                "points_before": exact_fraction(change.points_before),
                "points": exact_fraction(change.points),
            }
            for change in month.changes
        ],
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
