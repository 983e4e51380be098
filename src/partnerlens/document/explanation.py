"""Explanations as JSON documents."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import cast

from typing_extensions import TypedDict

from partnerlens.document.answer import FiltersDocument, filters_document
from partnerlens.explain import Row, SideTotal
from partnerlens.explain.explanation import Heading


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


class ExplanationDocument(TypedDict):
    """The rows behind a number, with all that they rest on."""

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
    unit: str
    method: str
    reason: str | None
    flags: list[str]
    counted: list[SideDocument]
    not_counted: dict[str, int]
    reasons: dict[str, str]
    digest: str | None
    rows: list[RowDocument]


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
        "unit": heading.unit,
        "method": heading.method,
        "reason": heading.null_reason,
        "flags": list(heading.flags),
        "counted": [{"side": total.side, "rows": total.rows, "sum": total.amount} for total in counted],
        "not_counted": dict(not_counted),
        "reasons": dict(reasons),
        "digest": digest,
        "rows": [row_document(row) for row in rows],
    }


def row_document(row: Row) -> RowDocument:
    """Return a row as JSON."""
    return cast(RowDocument, asdict(row))
