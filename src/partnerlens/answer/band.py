"""A band opened: the partners that make it, for operators, and why a partner stands in none (decisions.md 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from partnerlens.answer.answer import Answers, Comparison, number_texts, text_of
from partnerlens.answer.benchmark import BANDS, WITHHELD_FEW, WITHHELD_SMALL, bands_shown
from partnerlens.answer.edition import Partner
from partnerlens.errors import UsageError
from partnerlens.model.edition import VISIBLE_CUSTOMERS_ONLY
from partnerlens.model.metric import METRICS, Metric, MetricId
from partnerlens.model.result import Benchmark, Filter
from partnerlens.months import Month

LOCATION = "location"
NOT_IN_COHORT = "not_in_cohort"

REASONS = {
    LOCATION: "It is a location; only accounts are compared.",
    NOT_IN_COHORT: (
        "In no month of the window is it credited at the month's end on a paid subscription that matches the filter."
    ),
    "no_assigned_seats": "It has no value: no seat is assigned at its customers.",
    "no_responses": "It has no value: no customer answered a survey.",
    WITHHELD_FEW: "Too few partners are compared; a band would say too much about each of them.",
    WITHHELD_SMALL: "A band would show too few partners.",
    VISIBLE_CUSTOMERS_ONLY: (
        "The facts are exports of one partner, which show its own customers alone: a comparison needs the vendor's "
        "or a distributor's view."
    ),
}
"""Why a partner is not compared, or nobody is, in a sentence."""

RULES = {
    "quartile": (
        "The partners compared stand in the order of their values. A band is one more than four times the share of "
        "them that lie strictly below, rounded down; equal values share a band."
    ),
    "equal_width": "The distance from the smallest to the largest value is cut into four bands of equal width.",
}
"""How bands are cut, in words, by the program's banding."""


@dataclass(frozen=True)
class BandMember:
    """
    One partner of a band.

    Attributes:
        rank: its place among all partners compared, the largest value first; equal values share the place.
        partner_id: the partner.
        partner_name: its name.
        value: as in MetricAnswer.
        numerator: as in MetricAnswer.
        denominator: as in MetricAnswer.
        below: how many of the partners compared lie strictly below.
    """

    rank: int
    partner_id: str
    partner_name: str
    value: str
    numerator: str
    denominator: str | None
    below: int


@dataclass(frozen=True)
class OpenBand:
    """
    One band of a metric's benchmark, opened for a partner.

    Attributes:
        partner_id: the partner that asked, or was asked about.
        partner_name: its name.
        metric: the metric.
        month: the data month.
        edition: the number of the edition.
        filter: what was asked.
        unit: what the value counts; the currency code for revenue.
        value: the partner's own value, as in MetricAnswer.
        benchmark: the partner's own band, and all bands with their ranges: exact for operators, else rounded outward.
        band: the band that is open; None where there is none to open.
        not_compared: why the partner is not among those compared, a code of ``REASONS``; None when it is.
        members: the partners in the open band, the largest value first; for operators only, else empty.
        sizes: for operators the number of partners in each band that is not empty, also of a benchmark that is
            withheld for a small one; empty where there are no bands.
        fewest: the fewest partners of a band; four times as many have to be compared.
        rule: how the bands are cut, in words.
        is_exact: whether an operator asked.
    """

    partner_id: str
    partner_name: str
    metric: Metric
    month: Month
    edition: int
    filter: Filter
    unit: str
    value: str | None
    benchmark: Benchmark
    band: int | None
    not_compared: str | None
    members: tuple[BandMember, ...]
    sizes: tuple[tuple[int, int], ...]
    fewest: int
    rule: str
    is_exact: bool

    @property
    def reasons(self) -> dict[str, str]:
        """The sentence of each reason that holds."""
        return {code: REASONS[code] for code in (self.not_compared, self.benchmark.withheld) if code is not None}


def open_band(
    answers: Answers, partner_id: str, metric_id: MetricId, asked: Filter, *, band: int | None, is_exact: bool
) -> OpenBand:
    """
    Return a band of a metric with what makes it.

    Partner viewers see what the answer shows them anyway, and no other partner.

    Args:
        answers: the edition.
        partner_id: the partner.
        metric_id: the metric.
        asked: the filter.
        band: the band to open, 1 to 4; None for the partner's own.
        is_exact: whether a program operator asks.

    Raises:
        UsageError: there is no such band.
        NotFoundError: the partner or a filter value is unknown.
    """
    if band is not None and not 1 <= band <= BANDS:
        raise UsageError(f"there is no band '{band}'", f"bands are 1 to {BANDS}")
    edition, metric = answers.edition, METRICS[metric_id]
    position = edition.position(partner_id)
    asked = edition.checked(asked)
    comparison = answers.comparisons(asked)[metric_id]
    bar, numbers = comparison.bar, comparison.numbers
    exact = numbers.value(position)
    opened = None if bar.bands.withheld else band or bar.band(position)
    parameters = edition.manifest.parameters
    return OpenBand(
        partner_id=partner_id,
        partner_name=edition.partners[position].name,
        metric=metric,
        month=edition.month,
        edition=edition.number,
        filter=asked,
        unit=parameters["reporting_currency"] if metric.unit == "currency" else metric.unit,
        value=number_texts(numbers, position)[0],
        benchmark=bands_shown(
            bar.bands, exact, is_peer=bool(bar.is_peer[position]), text=text_of(metric), exact=is_exact
        ),
        band=opened,
        not_compared=_not_compared(answers, position, metric, is_in=bool(comparison.cohort[position]), value=exact),
        members=_members(comparison, edition.partners, opened) if is_exact and opened else (),
        sizes=tuple((number, size) for number, _, _, size in bar.bands.ranges) if is_exact else (),
        fewest=int(parameters["k"]),
        rule=RULES[bar.bands.banding],
        is_exact=is_exact,
    )


def _not_compared(
    answers: Answers, position: int, metric: Metric, *, is_in: bool, value: Fraction | None
) -> str | None:
    if answers.edition.partners[position].account is not None:
        return LOCATION
    if not is_in:
        return NOT_IN_COHORT
    return metric.null_reason if value is None else None


def _members(comparison: Comparison, partners: Sequence[Partner], band: int) -> tuple[BandMember, ...]:
    """The partners of a band, from the numbers and the bar that the benchmark shows."""
    bar = comparison.bar
    keys = comparison.numbers.order_keys()
    peers = np.flatnonzero(bar.is_peer)
    ordered = np.sort(keys[peers])
    members = []
    for index in peers.tolist():
        value, numerator, denominator = number_texts(comparison.numbers, index)
        if bar.band(index) != band or value is None or numerator is None:
            continue
        below, up_to = (int(np.searchsorted(ordered, keys[index], side)) for side in ("left", "right"))
        rank = 1 + len(ordered) - up_to
        partner = partners[index]
        members.append(BandMember(rank, partner.id, partner.name, value, numerator, denominator, below))
    return tuple(sorted(members, key=lambda member: (member.rank, member.partner_id)))
