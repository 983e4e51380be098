"""Which partners change tier between two tables of scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from partnerlens.model.scorecard import Scorecard

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Standing:
    """
    Where a partner stands.

    Attributes:
        track: the track that counts.
        points: the exact points.
        tier: the tier; None for none.
    """

    track: str
    points: Fraction
    tier: str | None


@dataclass(frozen=True)
class TierChange:
    """
    A partner whose tier is another.

    Attributes:
        partner_id: the partner.
        before: where it stood; None where it was not there.
        after: where it stands; None where it is no longer there.
        direction: ``up`` or ``down``; None where the scorecard's tiers themselves are others.
    """

    partner_id: str
    before: Standing | None
    after: Standing | None
    direction: Direction | None


def tier_changes(scorecard: Scorecard, before: pa.Table, after: pa.Table) -> list[TierChange]:
    """
    Return the partners whose tier differs between two tables of scores, by partner id and track.

    Under a scorecard whose tracks are scores of their own each track is compared with itself; under the others the
    track that counts is compared with the one that counted. Not to be there is to have no tier.

    Args:
        scorecard: the scorecard as it holds afterwards; its tiers are the order of up and down.
        before: the scores of all partners before; see ``partnerlens.app.scores.all_scores``.
        after: the scores of all partners afterwards.
    """
    then, now = _standings(scorecard, before), _standings(scorecard, after)
    changes = []
    for place in sorted(then.keys() | now.keys()):
        was, becomes = then.get(place), now.get(place)
        if _tier(was) != _tier(becomes):
            changes.append(TierChange(place[0], was, becomes, _direction(scorecard, was, becomes)))
    return changes


def _standings(scorecard: Scorecard, scores: pa.Table) -> dict[tuple[str, str], Standing]:
    """Where each partner stands, by its id and, where each track is a score of its own, the track."""
    is_each = scorecard.choice.by == "each"
    columns = (scores[name].to_pylist() for name in ("partner_id", "track", "counts", "points", "tier"))
    return {
        (partner, track if is_each else ""): Standing(track, Fraction(points), tier)
        for partner, track, counts, points, tier in zip(*columns, strict=True)
        if is_each or counts
    }


def _tier(standing: Standing | None) -> str | None:
    return None if standing is None else standing.tier


def _direction(scorecard: Scorecard, was: Standing | None, becomes: Standing | None) -> Direction | None:
    then, now = _rank(scorecard, was), _rank(scorecard, becomes)
    if then is None or now is None or then == now:
        return None
    return "up" if now < then else "down"


def _rank(scorecard: Scorecard, standing: Standing | None) -> int | None:
    """The place of a tier, 0 for the best and the last for none; None for one that the scorecard does not have."""
    track: Sequence[str] = () if standing is None else (standing.track,)
    names = [tier.name for name in track if name in scorecard.tracks for tier in scorecard.tiers_of(name)]
    tier = _tier(standing)
    if tier is None:
        return 10**6
    return names.index(tier) if tier in names else None
