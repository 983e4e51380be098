"""Roll-off: what becomes of a score in the next twelve months if nothing is added."""

from collections.abc import Sequence

from partnerlens.model.score import AHEAD_MONTHS, PartnerInputs, RolledMonth, RolledValue
from partnerlens.months import Month
from partnerlens.score.points import Earned, track_points
from partnerlens.score.rules import TrackRules
from partnerlens.score.tiers import rank_of, tier_at, total_points


def rolled_months(rules: TrackRules, inputs: PartnerInputs, month: Month) -> tuple[RolledMonth, ...]:
    """
    Return the twelve months after the data month, each with what changes in it.

    Args:
        rules: the track.
        inputs: the partner's measures, in the data month and twelve months ahead.
        month: the data month.
    """
    months = []
    before = track_points(rules, inputs)
    for ahead in range(1, AHEAD_MONTHS + 1):
        lines = track_points(rules, inputs, ahead)
        months.append(
            RolledMonth(
                month=month + ahead,
                points=total_points(lines),
                tier=tier_at(rules, inputs, lines, ahead),
                changes=tuple(_changes(rules, inputs, ahead, before=before, lines=lines)),
            )
        )
        before = lines
    return tuple(months)


def month_lost(rules: TrackRules, tier: str | None, months: Sequence[RolledMonth]) -> Month | None:
    """Return the first month whose tier is worse than the present one; None when it lasts, or there is none."""
    rank = rank_of(rules, tier)
    return next((rolled.month for rolled in months if rank_of(rules, rolled.tier) > rank), None)


def _changes(
    rules: TrackRules, inputs: PartnerInputs, ahead: int, *, before: list[Earned], lines: list[Earned]
) -> list[RolledValue]:
    changes = []
    for indicator, earlier, line in zip(rules.indicators, before, lines, strict=True):
        was = inputs.measures[indicator.options[earlier.option].key][ahead - 1].value
        value = inputs.measures[indicator.options[line.option].key][ahead].value
        if was != value or earlier.points != line.points:
            changes.append(RolledValue(indicator.id, was, value, earlier.points, line.points))
    return changes
