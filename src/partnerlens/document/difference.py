"""Differences between editions, and bridges from month to month, as JSON documents."""

from collections.abc import Mapping, Sequence
from typing import cast

from typing_extensions import TypedDict

from partnerlens.document.answer import FiltersDocument, filters_document
from partnerlens.explain import BridgeSide
from partnerlens.explain.bridge import Span
from partnerlens.explain.difference import DifferenceHeading, Reading
from partnerlens.explain.moves import Change, Total
from partnerlens.units import exact_text


class ReadingDocument(TypedDict):
    """The number in one of the two editions."""

    edition: int
    month: str
    window: str
    value: str | None
    numerator: str | None
    denominator: str | None
    flags: list[str]


class TotalDocument(TypedDict):
    """The changes of one side with one cause, and where it lies; ``source`` null for the data month."""

    side: str
    cause: str
    source: str | None
    rows: int
    entered: int
    left: int
    change: str


class ChangeDocument(TypedDict):
    """One row that counts in one edition and not, or otherwise, in the other."""

    step: int
    cause: str
    source: str | None
    load: int | None
    movement: str
    side: str
    month: str
    customer_id: str | None
    customer_name: str | None
    country: str | None
    subscription_id: str | None
    product_id: str | None
    workload: str | None
    item: str | None
    association: str | None
    location: str | None
    amount_before: str | None
    amount_after: str | None
    change: str
    reason_before: str | None
    reason_after: str | None
    note_before: str | None
    note_after: str | None


class DifferenceDocument(TypedDict):
    """The rows of a metric that differ between two editions, each with its cause."""

    partner: str
    partner_name: str
    metric: str
    title: str
    definition: str
    unit: str
    filters: FiltersDocument
    before: ReadingDocument
    after: ReadingDocument
    changes: list[TotalDocument]
    causes: dict[str, str]
    rows: list[ChangeDocument]


class SpanDocument(TypedDict):
    """What one part of a bridge carries."""

    rows: int
    amount: str


class BridgeSideDocument(TypedDict):
    """The bridge of one side: before + entered + corrected - rolled off = after."""

    side: str
    before: str
    entered: SpanDocument
    corrected: SpanDocument
    rolled_off: SpanDocument
    after: str


class BridgeDocument(DifferenceDocument):
    """How the number of a month became that of the next, with the rows."""

    bridge: list[BridgeSideDocument]


def difference_document(
    heading: DifferenceHeading, *, totals: Sequence[Total], causes: Mapping[str, str], rows: Sequence[Change]
) -> DifferenceDocument:
    """
    Return a difference as JSON.

    Args:
        heading: what is said above the rows.
        totals: the changes added up.
        causes: the sentence of each cause.
        rows: the rows that are shown.
    """
    return {
        "partner": heading.partner_id,
        "partner_name": heading.partner_name,
        "metric": heading.metric.value,
        "title": heading.title,
        "definition": heading.definition,
        "unit": heading.unit,
        "filters": filters_document(heading.filter),
        "before": _reading_document(heading.before),
        "after": _reading_document(heading.after),
        "changes": [cast(TotalDocument, {**vars(total)}) for total in totals],
        "causes": dict(causes),
        "rows": [cast(ChangeDocument, {**vars(row)}) for row in rows],
    }


def bridge_document(difference: DifferenceDocument, sides: Sequence[BridgeSide]) -> BridgeDocument:
    """
    Return a bridge as JSON.

    Args:
        difference: the difference between the two months.
        sides: the bridge of each side.
    """
    return {**difference, "bridge": [_side_document(side) for side in sides]}


def _reading_document(reading: Reading) -> ReadingDocument:
    return {
        "edition": reading.edition,
        "month": str(reading.month),
        "window": reading.window,
        "value": reading.value,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "flags": list(reading.flags),
    }


def _side_document(side: BridgeSide) -> BridgeSideDocument:
    return {
        "side": side.side,
        "before": exact_text(side.before),
        "entered": _span_document(side.entered),
        "corrected": _span_document(side.corrected),
        "rolled_off": _span_document(side.rolled_off),
        "after": exact_text(side.after),
    }


def _span_document(span: Span) -> SpanDocument:
    return {"rows": span.rows, "amount": exact_text(span.amount)}
