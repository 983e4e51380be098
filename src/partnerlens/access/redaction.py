"""What is taken out of an answer before a reader without the right to it is given it."""

from dataclasses import replace

import pyarrow as pa

from partnerlens.access.reader import Rights
from partnerlens.explain.row import Row
from partnerlens.model.metric import MetricId
from partnerlens.model.result import Answer, Benchmark, MetricAnswer, SeriesPoint, Trend

NOT_ENTITLED = "not_entitled"
"""The reason of a value that the reader's role does not open."""

MONEY = frozenset({MetricId.REVENUE})
"""Metrics that are amounts of money."""

OF_PEOPLE = frozenset({MetricId.CERTIFIED_PEOPLE, MetricId.MAU, MetricId.MAU_PER_ASSIGNED_SEAT})
"""Metrics whose rows name people or users."""

PERSONAL_COLUMNS = ("item", "note")
"""The columns of these rows that name them."""


def redacted_answer(answer: Answer, rights: Rights) -> Answer:
    """Return an answer with money left out unless the rights open it."""
    if rights.revenue:
        return answer
    return replace(
        answer, metrics=tuple(_without_value(metric) if metric.id in MONEY else metric for metric in answer.metrics)
    )


def redacted_row(row: Row, rights: Rights) -> Row:
    """Return a row without the names of people and users unless the rights open them."""
    if rights.personal or row.metric not in OF_PEOPLE:
        return row
    return replace(row, item=None, note=None)


def redacted_batch(batch: pa.RecordBatch, rights: Rights, *, metric: str) -> pa.RecordBatch:
    """Return a batch of rows as ``redacted_row`` does."""
    if rights.personal or metric not in OF_PEOPLE:
        return batch
    for name in PERSONAL_COLUMNS:
        place = batch.schema.get_field_index(name)
        batch = batch.set_column(place, batch.schema.field(place), pa.nulls(batch.num_rows, pa.string()))
    return batch


def hides_people(rights: Rights, metric: str) -> bool:
    """Return whether rows of a metric are shown without the names of people and users."""
    return metric in OF_PEOPLE and not rights.personal


def _without_value(metric: MetricAnswer) -> MetricAnswer:
    return replace(
        metric,
        value=None,
        numerator=None,
        denominator=None,
        reason=NOT_ENTITLED,
        flags=(),
        trend=Trend("none", None),
        series=tuple(SeriesPoint(point.month, None, ()) for point in metric.series),
        benchmark=Benchmark(None, None, (), None, NOT_ENTITLED),
    )
