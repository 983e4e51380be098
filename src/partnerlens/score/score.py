"""The score of a partner: points, tier, the way to the next one, and what rolls off."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from partnerlens.model.score import IndicatorScore, PartnerInputs, Score, TrackPoints
from partnerlens.model.scorecard import Scorecard
from partnerlens.months import Month
from partnerlens.score.path import next_tier
from partnerlens.score.points import Earned, next_unit_points, threshold_of, track_points
from partnerlens.score.roll_off import month_lost, rolled_months
from partnerlens.score.rules import IndicatorRule, TrackRules, track_rules
from partnerlens.score.tiers import rounds_to, tier_at, total_points


def score_track(
    scorecard: Scorecard,
    track: str,
    inputs: PartnerInputs,
    *,
    month: Month,
    costs: Mapping[str, Fraction] | None = None,
) -> Score:
    """
    Return the score of a partner under one track.

    Args:
        scorecard: the scorecard.
        track: the id of its track.
        inputs: the partner's measures, in the data month and twelve months ahead.
        month: the data month.
        costs: what one more unit costs the reader, by indicator or by exam rule of a gate; what is left out costs
            what the scorecard says.

    Raises:
        UsageError: there is no such track, or a cost is for something unknown or not above 0.
    """
    rules = track_rules(scorecard, track, inputs.classes)
    lines = track_points(rules, inputs)
    tier = tier_at(rules, inputs, lines)
    months = rolled_months(rules, inputs, month)
    return Score(
        track=track,
        title=rules.title,
        points=total_points(lines),
        tier=tier,
        rounds_to=rounds_to(rules, inputs, lines),
        indicators=tuple(
            _indicator_score(rules, indicator, inputs, line)
            for indicator, line in zip(rules.indicators, lines, strict=True)
        ),
        next_tier=next_tier(rules, inputs, tier=tier, lines=lines, costs=costs),
        roll_off=months,
        lost_in=month_lost(rules, tier, months),
    )


def score_points(scorecard: Scorecard, track: str, partners: Iterable[PartnerInputs]) -> list[TrackPoints]:
    """
    Return total and tier of many partners under one track, without path and roll-off, in the order given.

    Only the data month is read: inputs without months ahead are enough.

    Raises:
        UsageError: there is no such track.
    """
    known: dict[tuple[tuple[str, str], ...], TrackRules] = {}
    scores = []
    for inputs in partners:
        classes = tuple(inputs.classes.items())
        rules = known.get(classes)
        if rules is None:
            rules = known[classes] = track_rules(scorecard, track, inputs.classes)
        lines = track_points(rules, inputs)
        indicators = tuple(
            (indicator.id, inputs.measures[indicator.options[line.option].key][0].value, line.points)
            for indicator, line in zip(rules.indicators, lines, strict=True)
        )
        scores.append(TrackPoints(track, total_points(lines), tier_at(rules, inputs, lines), indicators))
    return scores


def chosen_track(scorecard: Scorecard, scores: Sequence[Score | TrackPoints], size: Fraction | None = None) -> str:
    """
    Return the track that comes first: with ``each`` and ``best`` the one with most points, with ``size`` by size.

    With ``each`` the other tracks are scores as well; with ``best`` and ``size`` only this one is the partner's.

    Args:
        scorecard: the scorecard.
        scores: the partner's score under every track, in the order of the tracks; of equal ones the first is taken.
        size: what ``choice.measure`` counts, for ``size``; None counts as 0.
    """
    choice = scorecard.choice
    if choice.by == "size" and choice.large and choice.small:
        is_large = choice.minimum is not None and (size or Fraction(0)) >= Fraction(choice.minimum)
        return choice.large if is_large else choice.small
    return max(scores, key=lambda score: score.points).track


def _indicator_score(
    rules: TrackRules, indicator: IndicatorRule, inputs: PartnerInputs, line: Earned
) -> IndicatorScore:
    option = indicator.options[line.option]
    measured = inputs.measures[option.key][0]
    return IndicatorScore(
        id=indicator.id,
        title=indicator.title,
        group=indicator.group,
        unit=indicator.unit,
        option=option.key[1],
        value=measured.value,
        numerator=measured.numerator,
        denominator=measured.denominator,
        baseline=measured.baseline,
        threshold=threshold_of(option, measured),
        market_class=indicator.market_class,
        points=line.points,
        max=indicator.max,
        reason=line.reason,
        next_unit_points=next_unit_points(indicator, inputs, rules.rounding),
        flags=("history_short",) if indicator.id in inputs.short else (),
    )
