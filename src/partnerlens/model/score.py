"""Scores: what the measures of a partner are, and what a scorecard makes of them (decisions.md 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from partnerlens.months import Month

AHEAD_MONTHS = 12
"""How many months a roll-off looks ahead."""


@dataclass(frozen=True)
class Measured:
    """
    One measure of a partner at the end of a month.

    Attributes:
        numerator: the value of a sum or a count; of a growth ratio, now less then.
        denominator: of a growth ratio, its baseline (0 when there was nothing); None for sums, counts and
            differences. Below 0 where credits outweighed what was billed; there is no growth from that.
        baseline: what growth is measured from, also for differences; None for sums and counts.
    """

    numerator: Fraction
    denominator: Fraction | None = None
    baseline: Fraction | None = None

    @property
    def value(self) -> Fraction | None:
        """The exact value; None for a ratio without a baseline above 0."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator > 0 else None


@dataclass(frozen=True)
class PartnerInputs:
    """
    All that a score of one track needs to know of a partner.

    The place of a list is the number of months ahead: 0 is the data month, and 1 to 12 the months after it if
    nothing is added: no billing, event or pass, with usage, seats and associations as they stand at its end.

    Attributes:
        measures: by indicator and option.
        gates: by exam rule, the people who satisfy it.
        classes: by ``located_by``, the market class; empty without classes.
        short: indicators whose measure needs months before the first month of facts (``history_short``).
    """

    measures: Mapping[tuple[str, str], tuple[Measured, ...]]
    gates: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    short: frozenset[str] = frozenset()


@dataclass(frozen=True)
class IndicatorScore:
    """
    One line of a score.

    Attributes:
        id: the indicator.
        title: its name.
        group: its group.
        unit: what a unit is called; ``currency`` for the reporting currency.
        option: the option that counted; with ``combine = "sum"`` the one with most points.
        value: exact; None for growth without a baseline.
        numerator: of the measure.
        denominator: of the measure; None for sums and counts.
        baseline: of a growth; None otherwise.
        threshold: the value that earns all points, for the partner's class; None where no value does.
        market_class: the class whose threshold applies; None without classes.
        points: exact; whole with the rounding ``floor_metric_points``.
        max: the most points.
        reason: why it earns nothing, or less than its value says: ``baseline_too_low``, ``gate_not_met``,
            ``below_all_or_nothing``, ``no_threshold``; None otherwise.
        next_unit_points: the points that one more unit adds, everything else as it is.
        flags: such as ``history_short``.
    """

    id: str
    title: str
    group: str
    unit: str
    option: str
    value: Fraction | None
    numerator: Fraction
    denominator: Fraction | None
    baseline: Fraction | None
    threshold: Fraction | None
    market_class: str | None
    points: Fraction
    max: Fraction
    reason: str | None
    next_unit_points: Fraction
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class PathStep:
    """
    Units of one thing on the way to a tier.

    Attributes:
        indicator: the first indicator that the units count for.
        option: the option of it.
        add: how many whole units.
        unit: what a unit is called.
        points: the points that they add, over all indicators that they count for, once the steps before are taken:
            people who open a gate add nothing yet, and the points of all steps add up to what the path adds.
        cost: what they cost.
        also: further indicators that the same units count for, or open a gate of.
        gate: the exam rule that these units satisfy as a gate; None for units of the indicator itself.
    """

    indicator: str
    option: str
    add: int
    unit: str
    points: Fraction
    cost: Fraction
    also: tuple[str, ...] = ()
    gate: str | None = None


@dataclass(frozen=True)
class DeadEnd:
    """
    An indicator that cannot add points.

    Attributes:
        indicator: which.
        reason: ``at_its_cap`` = it has all its points; ``baseline_too_low`` and ``no_threshold`` = units do not help;
            ``out_of_reach`` = rounding takes all that units could add.
    """

    indicator: str
    reason: str


@dataclass(frozen=True)
class NextTier:
    """
    The way to the next tier.

    Attributes:
        tier: its name.
        points: the score that it needs; None where conditions alone decide.
        points_missing: how much the exact total lacks; 0 where other conditions are missing. Where the total is
            rounded half up, only up to the half that rounds to the score.
        path: the cheapest set of whole units that reaches it, in the order to take them; of equally cheap ones with
            the fewest units, then with most points. Empty when it cannot be reached.
        cost: what the path costs; None when it cannot be reached.
        reachable: whether any units reach it.
        dead_ends: indicators that cannot help.
    """

    tier: str
    points: Fraction | None
    points_missing: Fraction
    path: tuple[PathStep, ...]
    cost: Fraction | None
    reachable: bool
    dead_ends: tuple[DeadEnd, ...]


@dataclass(frozen=True)
class RolledMonth:
    """
    One of the twelve months after the data month, if nothing is added.

    Attributes:
        month: the month.
        points: the score at its end.
        tier: the tier at its end; None for none.
        changes: for each indicator whose value or points change, the value before and after (None for no value) and
            the points before and after.
    """

    month: Month
    points: Fraction
    tier: str | None
    changes: tuple["RolledValue", ...]


@dataclass(frozen=True)
class RolledValue:
    """The change of one indicator from one month to the next, if nothing is added."""

    indicator: str
    value_before: Fraction | None
    value: Fraction | None
    points_before: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class TrackPoints:
    """
    The score of a partner under one track, without path and roll-off.

    Attributes:
        track: the track.
        points: the exact total.
        tier: the tier; None for none.
        indicators: for each indicator its id, the exact value of the option that counted (None for growth without a
            baseline) and its exact points.
    """

    track: str
    points: Fraction
    tier: str | None
    indicators: tuple[tuple[str, Fraction | None, Fraction], ...] = ()


@dataclass(frozen=True)
class Score:
    """
    The score of a partner under one track of a scorecard.

    Attributes:
        track: the track.
        title: the track's name.
        points: the exact total.
        tier: the tier; None for none.
        rounds_to: the tier that rounding to whole points would show, where it is another one; None otherwise.
        indicators: in the order of the page.
        next_tier: the way to the next tier; None at the best.
        roll_off: the next twelve months.
        lost_in: the month in which the present tier would be lost; None when it lasts, or there is none.
    """

    track: str
    title: str
    points: Fraction
    tier: str | None
    rounds_to: str | None
    indicators: tuple[IndicatorScore, ...]
    next_tier: NextTier | None
    roll_off: tuple[RolledMonth, ...]
    lost_in: Month | None
