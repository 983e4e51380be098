"""What findings read of scores: baselines that are too low, tiers that are near, and the sizes of deployments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

import pyarrow as pa

from partnerlens.model.score import PartnerInputs
from partnerlens.model.scorecard import NewDeployments, People, PeopleGrowth, Scorecard
from partnerlens.score.points import track_points
from partnerlens.score.rules import TrackRules, track_rules
from partnerlens.score.tiers import total_points
from partnerlens.units import rounded_text

BASELINE_TOO_LOW = "baseline_too_low"

_TEXT, _AMOUNT = pa.string(), pa.decimal128(38, 18)
_STANDING = [("partner_id", _TEXT), ("scorecard", _TEXT), ("track", _TEXT)]
LOW_BASELINES = pa.schema(
    [*_STANDING, ("indicator", _TEXT), ("baseline", _TEXT), ("minimum", _TEXT), ("points", _AMOUNT)]
)
NEAR_TIERS = pa.schema([*_STANDING, ("tier", _TEXT), ("points", _AMOUNT)])
LOST_POINTS = pa.schema([*_STANDING, ("indicator", _TEXT), ("points", _AMOUNT)])
DEPLOYMENT_SIZES = pa.schema([*_STANDING, ("users", _AMOUNT)])


@dataclass
class ScoreFacts:
    """
    What the scores of some partners say.

    Attributes:
        low_baselines: growth that earns nothing because of its baseline, with the points it could earn.
        near_tiers: tiers that a few points are missing to.
        lost_points: points that indicators of people lose in the months ahead if nobody passes again.
        deployment_sizes: the users from which on a customer is a deployment, by partner.
    """

    low_baselines: list[dict[str, object]] = field(default_factory=list)
    near_tiers: list[dict[str, object]] = field(default_factory=list)
    lost_points: list[dict[str, object]] = field(default_factory=list)
    deployment_sizes: list[dict[str, object]] = field(default_factory=list)

    def add(
        self,
        scorecard: Scorecard,
        track: str,
        partners: Sequence[str],
        inputs: Sequence[PartnerInputs],
        *,
        near_points: int,
        ahead: int = 0,
    ) -> None:
        """
        Add what a track of a scorecard says.

        Args:
            scorecard: the scorecard.
            track: the track.
            partners: the ids of the partners whose score it is.
            inputs: their measures, in the same order.
            near_points: how many missing points are few.
            ahead: how many months ahead the measures go.
        """
        known: dict[tuple[tuple[str, str], ...], TrackRules] = {}
        for partner_id, own in zip(partners, inputs, strict=True):
            classes = tuple(own.classes.items())
            if classes not in known:
                known[classes] = track_rules(scorecard, track, own.classes)
            standing = {"partner_id": partner_id, "scorecard": scorecard.id, "track": track}
            self._add_partner(standing, known[classes], own, near_points)
            self._add_lost(standing, scorecard, known[classes], own, ahead)
            self._add_sizes(standing, scorecard, track, own.classes)

    def tables(self) -> dict[str, pa.Table]:
        """Return the relations by name."""
        return {
            "low_baselines": pa.Table.from_pylist(self.low_baselines, LOW_BASELINES),
            "near_tiers": pa.Table.from_pylist(self.near_tiers, NEAR_TIERS),
            "lost_points": pa.Table.from_pylist(self.lost_points, LOST_POINTS),
            "deployment_sizes": pa.Table.from_pylist(self.deployment_sizes, DEPLOYMENT_SIZES),
        }

    def _add_partner(
        self, standing: Mapping[str, object], rules: TrackRules, inputs: PartnerInputs, near_points: int
    ) -> None:
        lines = track_points(rules, inputs)
        for indicator, line in zip(rules.indicators, lines, strict=True):
            option = indicator.options[line.option]
            baseline = inputs.measures[option.key][0].baseline
            # Where nothing was there at all, growth is not held back by a rule.
            if line.reason == BASELINE_TOO_LOW and baseline and option.minimum_baseline is not None:
                self.low_baselines.append(
                    {
                        **standing,
                        "indicator": indicator.id,
                        "baseline": rounded_text(baseline, 2),
                        "minimum": rounded_text(option.minimum_baseline, 2),
                        "points": _decimal(indicator.max),
                    }
                )
        total = total_points(lines)
        above = [tier for tier in rules.tiers if tier.points is not None and tier.points > total]
        following = min(above, key=lambda tier: tier.points or 0, default=None)
        if following is not None and following.points is not None and following.points - total <= near_points:
            missing = _decimal(following.points - total)
            self.near_tiers.append({**standing, "tier": following.name, "points": missing})

    def _add_lost(
        self,
        standing: Mapping[str, object],
        scorecard: Scorecard,
        rules: TrackRules,
        inputs: PartnerInputs,
        ahead: int,
    ) -> None:
        kinds = scorecard.tracks[rules.id].indicators
        now, then = track_points(rules, inputs), track_points(rules, inputs, ahead)
        for indicator, line, later in zip(rules.indicators, now, then, strict=True):
            options = kinds[indicator.id].options.values()
            # Other indicators lose points as months leave the window, which no exam holds back.
            if later.points < line.points and all(isinstance(option, People | PeopleGrowth) for option in options):
                lost = _decimal(line.points - later.points)
                self.lost_points.append({**standing, "indicator": indicator.id, "points": lost})

    def _add_sizes(
        self, standing: Mapping[str, object], scorecard: Scorecard, track: str, classes: Mapping[str, str]
    ) -> None:
        for indicator in scorecard.tracks[track].indicators.values():
            for option in indicator.options.values():
                if isinstance(option, NewDeployments):
                    size = option.users
                    users = size[classes[indicator.located_by]] if isinstance(size, dict) else size
                    self.deployment_sizes.append({**standing, "users": Decimal(users)})


def _decimal(value: Fraction) -> Decimal:
    """A number of points with six decimals, rounded up: fewer would not do."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.000001"), ROUND_CEILING)
