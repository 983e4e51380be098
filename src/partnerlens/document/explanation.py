"""Explanations as JSON documents."""

from collections.abc import Mapping, Sequence
from typing import cast

from typing_extensions import TypedDict

from partnerlens.document.answer import FiltersDocument, filters_document
from partnerlens.explain import Row, SideTotal
from partnerlens.explain.explanation import Heading, IndicatorHeading, LeavingMonth
from partnerlens.explain.reasons import LEAVING_CAUSES
from partnerlens.explain.row import LeavingRow


class IndicatorPlaceDocument(TypedDict):
    """Where an indicator stands in its scorecard, and what it earns."""

    scorecard: str
    version: str
    is_published: bool
    track: str
    option: str
    other_options: list[str]
    credit_policy: str
    threshold: str | None
    points: str
    max: str
    reason: str | None


class HeadingDocument(TypedDict):
    """What is said above rows; ``indicator`` null for metrics."""

    partner: str
    partner_name: str
    metric: str
    title: str
    definition: str
    month: str
    window: str
    edition: int
    filters: FiltersDocument
    rule_sets: dict[str, str]
    parameters: dict[str, str]
    value: str | None
    numerator: str | None
    denominator: str | None
    baseline: str | None
    unit: str
    method: str
    reason: str | None
    flags: list[str]
    indicator: IndicatorPlaceDocument | None


class SideDocument(TypedDict):
    """What the counted rows of one side add up to."""

    side: str
    rows: int
    sum: str


class RowDocument(TypedDict):
    """One fact behind a number, or near it; null where there is none, or where the reader's role does not open it."""

    metric: str
    side: str
    counted: bool
    reason: str
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
    amount: str | None
    leaves_in: str | None
    note: str | None


class LeavingRowDocument(RowDocument):
    """One fact that leaves a number, or comes to it, in a later month if nothing is added."""

    change: str
    cause: str
    difference: str


class LeavingMonthDocument(TypedDict):
    """What changes one side of a number in one of the next twelve months if nothing is added."""

    month: str
    side: str
    leaves: int
    customers: int
    comes: int
    difference: str


class ExplanationDocument(HeadingDocument):
    """The rows behind a number, with all that they rest on."""

    counted: list[SideDocument]
    not_counted: dict[str, int]
    reasons: dict[str, str]
    digest: str | None
    rows: list[RowDocument]


class LeavingDocument(HeadingDocument):
    """What leaves a number in the next twelve months, by month, with rows."""

    leaving: list[LeavingMonthDocument]
    causes: dict[str, str]
    rows: list[LeavingRowDocument]


def heading_document(heading: Heading) -> HeadingDocument:
    """Return what is said above rows as JSON."""
    place = heading.indicator
    return {
        "partner": heading.partner_id,
        "partner_name": heading.partner_name,
        "metric": heading.subject,
        "title": heading.title,
        "definition": heading.definition,
        "month": str(heading.month),
        "window": heading.window,
        "edition": heading.edition,
        "filters": filters_document(heading.filter),
        "rule_sets": dict(heading.rule_sets),
        "parameters": dict(heading.parameters),
        "value": heading.value,
        "numerator": heading.numerator,
        "denominator": heading.denominator,
        "baseline": heading.baseline,
        "unit": heading.unit,
        "method": heading.method,
        "reason": heading.null_reason,
        "flags": list(heading.flags),
        "indicator": None if place is None else _place_document(place),
    }


def explanation_document(
    heading: Heading,
    *,
    counted: Sequence[SideTotal],
    not_counted: Mapping[str, int],
    reasons: Mapping[str, str],
    digest: str | None,
    rows: Sequence[Row],
) -> ExplanationDocument:
    """
    Return an explanation as JSON.

    Args:
        heading: what is said above the rows.
        counted: what the counted rows of each side add up to.
        not_counted: how many rows do not count, by reason.
        reasons: the sentence of each reason.
        digest: of the counted rows; None where it is not shown.
        rows: the rows that are shown.
    """
    return {
        **heading_document(heading),
        "counted": [{"side": total.side, "rows": total.rows, "sum": total.amount} for total in counted],
        "not_counted": dict(not_counted),
        "reasons": dict(reasons),
        "digest": digest,
        "rows": [row_document(row) for row in rows],
    }


def leaving_document(
    heading: Heading, *, months: Sequence[LeavingMonth], rows: Sequence[LeavingRow]
) -> LeavingDocument:
    """
    Return what leaves a number as JSON.

    Args:
        heading: what is said above the rows.
        months: what the rows add up to by month and side.
        rows: the rows that are shown; ``causes`` has the sentences of theirs.
    """
    codes = {row.cause for row in rows}
    return {
        **heading_document(heading),
        "leaving": [leaving_month_document(month) for month in months],
        "causes": {code: sentence for code, sentence in LEAVING_CAUSES.items() if code in codes},
        "rows": [cast(LeavingRowDocument, {**vars(row)}) for row in rows],
    }


def leaving_month_document(month: LeavingMonth) -> LeavingMonthDocument:
    """Return what changes in a month as JSON."""
    return cast(LeavingMonthDocument, {**vars(month)})


def row_document(row: Row) -> RowDocument:
    """Return a row as JSON."""
    return cast(RowDocument, {**vars(row)})


def _place_document(place: IndicatorHeading) -> IndicatorPlaceDocument:
    return cast(IndicatorPlaceDocument, {**vars(place), "other_options": [*place.other_options]})
