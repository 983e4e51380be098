"""The score: points, tiers, the way to the next tier, and what rolls off; pure, exact, without input or output."""

from partnerlens.score.rules import TrackRules, track_rules
from partnerlens.score.score import chosen_track, score_points, score_track
from partnerlens.score.what_if import with_added, with_values

__all__ = [
    "TrackRules",
    "chosen_track",
    "score_points",
    "score_track",
    "track_rules",
    "with_added",
    "with_values",
]
