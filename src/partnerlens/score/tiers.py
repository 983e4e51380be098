"""Tiers: what a score reaches (decisions.md 4)."""

from fractions import Fraction

from partnerlens.model.score import PartnerInputs
from partnerlens.model.scorecard import Rounding
from partnerlens.score.points import ZERO, Earned
from partnerlens.score.rules import TierRule, TrackRules

HALF = Fraction(1, 2)


def total_points(lines: list[Earned]) -> Fraction:
    """Return the exact total of a score."""
    return sum((line.points for line in lines), ZERO)


def tier_at(rules: TrackRules, inputs: PartnerInputs, lines: list[Earned], ahead: int = 0) -> str | None:
    """
    Return the best tier that a score reaches; None for none.

    Args:
        rules: the track.
        inputs: the partner's measures, for conditions.
        lines: what the indicators earn in that month.
        ahead: how many months after the data month.
    """
    total = total_points(lines)
    if rules.rounding == "round_half_up_total":
        total = rounded_half_up(total)
    return _best(rules, inputs, lines, ahead, total=total)


def rounds_to(rules: TrackRules, inputs: PartnerInputs, lines: list[Earned]) -> str | None:
    """Return the tier that the total rounded half up to whole points would show, where it is another; else None."""
    shown = _best(rules, inputs, lines, 0, total=rounded_half_up(total_points(lines)))
    return None if shown == tier_at(rules, inputs, lines) else shown


def rank_of(rules: TrackRules, tier: str | None) -> int:
    """Return the place of a tier, 0 for the best; no tier comes after the last."""
    names = [each.name for each in rules.tiers]
    return len(names) if tier is None else names.index(tier)


def least_total(tier: TierRule, rounding: Rounding) -> Fraction | None:
    """
    Return the smallest exact total that a tier accepts; None where it asks for no points.

    With ``round_half_up_total``, a total of 59.5 counts as 60.
    """
    if tier.points is None:
        return None
    if rounding == "round_half_up_total":
        return -((-tier.points) // 1) - HALF
    return tier.points


def rounded_half_up(points: Fraction) -> Fraction:
    """
    Return points rounded half up to whole ones.

    >>> rounded_half_up(Fraction(119, 2)), rounded_half_up(Fraction(5949, 100))
    (Fraction(60, 1), Fraction(59, 1))
    """
    return Fraction((points + HALF) // 1)


def _best(rules: TrackRules, inputs: PartnerInputs, lines: list[Earned], ahead: int, *, total: Fraction) -> str | None:
    for tier in rules.tiers:
        if tier.points is not None and total < tier.points:
            continue
        if tier.every_indicator and any(line.points <= 0 for line in lines):
            continue
        if all(_is_met(inputs.measures[option][ahead].value, needed) for option, needed in tier.conditions):
            return tier.name
    return None


def _is_met(value: Fraction | None, needed: Fraction) -> bool:
    return value is not None and value >= needed
