"""Answers and ledgers as JSON documents (facts.md, "Commands")."""

from dataclasses import asdict
from typing import Any

from partnerlens.ingest.report import LoadReport
from partnerlens.model.result import Answer, Benchmark, MetricAnswer
from partnerlens.store import Balance, Edition, Load, Rejection


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return ``show --json``."""
    return {
        "partner": answer.partner_id,
        "partner_name": answer.partner_name,
        "month": str(answer.month),
        "edition": answer.edition,
        "filters": {
            "products": sorted(answer.filter.products),
            "workloads": sorted(answer.filter.workloads),
            "countries": sorted(answer.filter.countries),
        },
        "metrics": [_metric(metric) for metric in answer.metrics],
    }


def load_document(load: Load) -> dict[str, Any]:
    """Return one entry of ``loads --json``."""
    return {
        "load": load.id,
        "file": load.file,
        "content_digest": load.content_digest,
        "started_at": load.started_at.isoformat(),
        "finished_at": load.finished_at.isoformat(),
        "tables": [balance_document(balance) for balance in load.balances],
    }


def balance_document(balance: Balance) -> dict[str, Any]:
    """Return what became of a table's rows."""
    return asdict(balance)


def rejection_document(rejection: Rejection) -> dict[str, Any]:
    """Return one entry of ``quarantine --json``."""
    return asdict(rejection)


def edition_document(edition: Edition) -> dict[str, Any]:
    """Return an edition without its manifest."""
    return {
        "edition": edition.number,
        "month": str(edition.month),
        "digest": edition.digest,
        "built_at": edition.built_at.isoformat(),
    }


def report_document(report: LoadReport) -> dict[str, Any]:
    """Return one entry of ``load --json``."""
    return {
        "load": report.load,
        "file": report.file,
        "already_loaded": report.already_loaded,
        "recognised": report.recognition
        and {
            "mapping": report.recognition.mapping.name,
            "title": report.recognition.title,
            "known_columns": report.recognition.known,
            "columns": report.recognition.columns,
        },
        "released": report.released,
        "tables": [balance_document(balance) for balance in report.balances],
        "touched": [
            {"table": touch.table, "first": str(touch.first), "last": None if touch.last is None else str(touch.last)}
            for touch in report.touched
        ],
    }


def _metric(metric: MetricAnswer) -> dict[str, Any]:
    return {
        "id": metric.id.value,
        "value": metric.value,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "unit": metric.unit,
        "reason": metric.reason,
        "flags": list(metric.flags),
        "trend": asdict(metric.trend),
        "series": [
            {"month": str(point.month), "value": point.value, "flags": list(point.flags)} for point in metric.series
        ],
        "benchmark": benchmark_document(metric.benchmark),
        "method": metric.method,
    }


def benchmark_document(benchmark: Benchmark) -> dict[str, Any]:
    """Return a benchmark as answers and bands show it."""
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
