"""Answers: the objects that every door shows, in the terms of the program."""

from dataclasses import dataclass, field

from partnerlens.model.metric import Metric, MetricId
from partnerlens.months import Month


@dataclass(frozen=True)
class Filter:
    """
    What a question is limited to; an empty selection means all.

    Attributes:
        products: product ids.
        workloads: workload names.
        countries: customer locations (ISO 3166-1 alpha-2); for people the country of the partner's location.
    """

    products: frozenset[str] = frozenset()
    workloads: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Trend:
    """
    The change since the month before.

    Attributes:
        direction: ``up``, ``down``, or ``none`` when equal or unknown.
        difference: the exact difference as text, in the metric's unit; None when either value is null.
    """

    direction: str
    difference: str | None


@dataclass(frozen=True)
class SeriesPoint:
    """
    The value of one of the twelve months.

    Attributes:
        month: the data month of the value.
        value: a full trailing-window value; None when null.
        flags: what limits it, such as ``history_short``.
    """

    month: Month
    value: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True)
class BandRange:
    """
    One non-empty band of the bar.

    Attributes:
        band: 1 to 4.
        minimum: the smallest value in it; rounded outward for partner viewers.
        maximum: the largest value in it; rounded outward for partner viewers.
        partners: how many peers are in it.
    """

    band: int
    minimum: str
    maximum: str
    partners: int


@dataclass(frozen=True)
class Benchmark:
    """
    Where the partner stands among its peers (decisions.md 3).

    Attributes:
        band: 1 to 4; None when withheld, or when the partner is not a peer.
        peers: how many partners are compared; None for a partner viewer when withheld, since a number below the
            limit would count single peers.
        ranges: the non-empty bands; empty when withheld.
        to_next_band: the smallest increase, in the metric's unit and steps, that reaches a higher band while the
            others stay as they are; None in the highest band or without one.
        withheld: why the benchmark is not shown: ``too_few_partners``, ``small_band`` or
            ``visible_customers_only``; None when it is.
    """

    band: int | None
    peers: int | None
    ranges: tuple[BandRange, ...]
    to_next_band: str | None
    withheld: str | None


@dataclass(frozen=True)
class MetricAnswer:
    """
    One metric of a partner.

    Attributes:
        metric: its definition.
        value: exact decimal, or a ratio rounded half up to six decimals; None when null.
        numerator: exact; None when the value is null.
        denominator: exact; None for sums and counts, and when the value is null.
        unit: what it counts; the currency code for revenue.
        reason: why the value is null; None when it is not.
        flags: what limits it, such as ``history_short``.
        trend: the change since the month before.
        series: the twelve months that end with the data month.
        benchmark: the comparison.
        method: how it is measured over the window.
    """

    metric: Metric
    value: str | None
    numerator: str | None
    denominator: str | None
    unit: str
    reason: str | None
    flags: tuple[str, ...]
    trend: Trend
    series: tuple[SeriesPoint, ...]
    benchmark: Benchmark
    method: str

    @property
    def id(self) -> MetricId:
        """The metric's id."""
        return self.metric.id


@dataclass(frozen=True)
class Answer:
    """
    The eight metrics of a partner for a data month under a filter.

    Attributes:
        partner_id: the partner.
        partner_name: its name.
        month: the data month.
        edition: the number of the edition that answered.
        filter: what was asked.
        metrics: in the order of the page.
    """

    partner_id: str
    partner_name: str
    month: Month
    edition: int
    filter: Filter
    metrics: tuple[MetricAnswer, ...]

    def __getitem__(self, metric: str) -> MetricAnswer:
        """Return the answer of one metric; raises KeyError when there is no such metric."""
        for answer in self.metrics:
            if answer.id == metric:
                return answer
        raise KeyError(metric)


@dataclass(frozen=True)
class PartnerValue:
    """
    The value of one metric of one partner, as the operator lists it.

    Attributes:
        partner_id: the partner.
        value: as in MetricAnswer.
        numerator: as in MetricAnswer.
        denominator: as in MetricAnswer.
        band: as in Benchmark.
        in_cohort: whether the partner is compared under the filter.
        flags: as in MetricAnswer.
    """

    partner_id: str
    value: str | None
    numerator: str | None
    denominator: str | None
    band: int | None
    in_cohort: bool
    flags: tuple[str, ...] = field(default=())
