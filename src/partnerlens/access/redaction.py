"""What is taken out of an answer before a reader without the right to it is given it."""

from dataclasses import replace
from typing import TypeVar

import pyarrow as pa

from partnerlens.access.reader import Rights
from partnerlens.explain.moves import Change
from partnerlens.explain.row import LeavingRow, Row
from partnerlens.model.metric import MetricId
from partnerlens.model.result import Answer, Benchmark, MetricAnswer, SeriesPoint, Trend

NOT_ENTITLED = "not_entitled"
"""The reason of a value that the reader's role does not open."""

MONEY = frozenset({MetricId.REVENUE})
"""Metrics that are amounts of money."""

PERSONAL_COLUMNS = ("item", "note", "note_before", "note_after")
"""The columns of rows and changes that name people, where any do, or tell of them."""

Naming = TypeVar("Naming", Row, LeavingRow)


def redacted_answer(answer: Answer, rights: Rights) -> Answer:
    """Return an answer with money left out unless the rights open it."""
    if rights.revenue:
        return answer
    return replace(
        answer, metrics=tuple(_without_value(metric) if metric.id in MONEY else metric for metric in answer.metrics)
    )


def without_names(row: Naming) -> Naming:
    """Return a row without the name of the person or user that it is about, and what it notes of them."""
    return replace(row, item=None, note=None)


def change_without_names(change: Change) -> Change:
    """Return a change as ``without_names`` does a row."""
    return replace(change, item=None, note_before=None, note_after=None)


def batches_without_names(rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """Return batches of rows as ``without_names`` does."""

    def emptied(batch: pa.RecordBatch) -> pa.RecordBatch:
        for place, field in enumerate(batch.schema):
            if field.name in PERSONAL_COLUMNS:
                batch = batch.set_column(place, field, pa.nulls(batch.num_rows, field.type))
        return batch

    return pa.RecordBatchReader.from_batches(rows.schema, (emptied(batch) for batch in rows))


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
