"""Answers as JSON documents."""

from typing_extensions import TypedDict

from partnerlens.model.result import Answer, Benchmark, Filter, MetricAnswer


class FiltersDocument(TypedDict):
    """What a question is limited to; empty lists stand for all."""

    products: list[str]
    workloads: list[str]
    countries: list[str]


class TrendDocument(TypedDict):
    """The change since the month before: direction ``up``, ``down`` or ``none``; the difference null when unknown."""

    direction: str
    difference: str | None


class PointDocument(TypedDict):
    """The value of one of twelve months; null when there is none."""

    month: str
    value: str | None
    flags: list[str]


class RangeDocument(TypedDict):
    """The smallest and the largest value of one band, and how many partners are in it."""

    band: int
    min: str
    max: str
    partners: int


class BenchmarkDocument(TypedDict):
    """Where the partner stands among its peers; ``withheld`` says why nothing is shown."""

    band: int | None
    peers: int | None
    ranges: list[RangeDocument]
    to_next_band: str | None
    withheld: str | None


class MetricDocument(TypedDict):
    """One metric of a partner; exact numbers as texts, and ``reason`` where the value is null."""

    id: str
    value: str | None
    numerator: str | None
    denominator: str | None
    unit: str
    reason: str | None
    flags: list[str]
    trend: TrendDocument
    series: list[PointDocument]
    benchmark: BenchmarkDocument
    method: str


class AnswerDocument(TypedDict):
    """The eight metrics of a partner for a data month under a filter."""

    partner: str
    partner_name: str
    month: str
    edition: int
    filters: FiltersDocument
    metrics: list[MetricDocument]


def answer_document(answer: Answer) -> AnswerDocument:
    """Return an answer as JSON."""
    return {
        "partner": answer.partner_id,
        "partner_name": answer.partner_name,
        "month": str(answer.month),
        "edition": answer.edition,
        "filters": filters_document(answer.filter),
        "metrics": [_metric(metric) for metric in answer.metrics],
    }


def filters_document(asked: Filter) -> FiltersDocument:
    """Return a filter as JSON."""
    return {
        "products": sorted(asked.products),
        "workloads": sorted(asked.workloads),
        "countries": sorted(asked.countries),
    }


def _metric(metric: MetricAnswer) -> MetricDocument:
    return {
        "id": metric.id.value,
        "value": metric.value,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "unit": metric.unit,
        "reason": metric.reason,
        "flags": list(metric.flags),
        "trend": {"direction": metric.trend.direction, "difference": metric.trend.difference},
        "series": [
            {"month": str(point.month), "value": point.value, "flags": list(point.flags)} for point in metric.series
        ],
        "benchmark": benchmark_document(metric.benchmark),
        "method": metric.method,
    }


def benchmark_document(benchmark: Benchmark) -> BenchmarkDocument:
    """Return a benchmark as JSON."""
    return {
        "band": benchmark.band,
        "peers": benchmark.peers,
        "ranges": [
            {"band": step.band, "min": step.minimum, "max": step.maximum, "partners": step.partners}
            for step in benchmark.ranges
        ],
        "to_next_band": benchmark.to_next_band,
        "withheld": benchmark.withheld,
    }
