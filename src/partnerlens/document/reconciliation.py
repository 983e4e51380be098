"""A partner's books against what counts, as a JSON document and as a table to be written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from typing_extensions import TypedDict

from partnerlens.app.reconciliations import ReconciliationAnswer
from partnerlens.export.provenance import Provenance, Subject
from partnerlens.export.totals import SumOf
from partnerlens.export.writing import Export
from partnerlens.reconcile import KINDS, ReconciledRow, Total, rows_table


class TotalDocument(TypedDict):
    """What the rows of one standing and kind add up to, in the reporting currency."""

    standing: str
    kind: str
    rows: int
    booked: str
    counted: str
    difference: str


class KindDocument(TypedDict):
    """What a kind of difference means, and what to do about it; ``remedy`` empty where nothing has to be done."""

    sentence: str
    remedy: str


class ReconciledRowDocument(TypedDict):
    """One entry of the books with its billed line, or one of them alone; null where there is none."""

    standing: str
    kind: str
    reason: str | None
    line: int | None
    item: str | None
    invoice: str | None
    month: str | None
    billed_month: str | None
    customer_id: str | None
    customer: str | None
    subscription_id: str | None
    product: str | None
    amount: str | None
    currency: str | None
    billed_amount: str | None
    billed_currency: str | None
    booked: str | None
    counted: str | None
    difference: str
    group: int


class ReconciliationDocument(TypedDict):
    """A partner's books against what counts."""

    partner: str
    partner_name: str
    month: str
    window: str
    edition: int
    metric: str
    file: str
    entries: int
    currency: str
    booked: str
    counted: str
    difference: str
    unconverted: dict[str, str]
    totals: list[TotalDocument]
    kinds: dict[str, KindDocument]
    rows: list[ReconciledRowDocument]


def reconciliation_document(answer: ReconciliationAnswer, rows: Sequence[ReconciledRow]) -> ReconciliationDocument:
    """
    Return a comparison as JSON.

    Args:
        answer: the comparison.
        rows: the rows that are shown.
    """
    heading, result = answer.heading, answer.result
    return {
        "partner": heading.partner_id,
        "partner_name": heading.partner_name,
        "month": str(heading.month),
        "window": heading.window,
        "edition": heading.edition,
        "metric": heading.subject,
        "file": answer.file,
        "entries": result.entries,
        "currency": heading.parameters["reporting_currency"],
        "booked": result.booked,
        "counted": result.counted,
        "difference": result.difference,
        "unconverted": dict(result.unconverted),
        "totals": [_total_document(total) for total in result.totals],
        "kinds": {code: {"sentence": KINDS[code].sentence, "remedy": KINDS[code].remedy} for code in result.kinds},
        "rows": [cast(ReconciledRowDocument, {**vars(row)}) for row in rows],
    }


def reconciliation_export(answer: ReconciliationAnswer) -> Export:
    """Return the rows of a comparison as a table to be written, with the sums of both sides."""
    heading = answer.heading
    provenance = Provenance(
        title=f"{heading.title}: the books in '{answer.file}' against what counts",
        program=heading.parameters["program"],
        month=heading.month,
        edition=heading.edition,
        subject=Subject(heading.subject, heading.title, heading.definition, heading.parameters["reporting_currency"]),
        window=heading.window,
        made_at=datetime.now(UTC),
        partner_id=heading.partner_id,
        partner_name=heading.partner_name,
        scorecard=None if heading.indicator is None else heading.indicator.scorecard,
        scorecard_version=None if heading.indicator is None else heading.indicator.version,
        rule_sets=heading.rule_sets,
        parameters=dict(heading.parameters),
    )
    sums = tuple(SumOf(name, name) for name in ("difference", "booked", "counted"))
    return Export(rows_table(answer.result.rows).to_reader(), provenance, sums)


def _total_document(total: Total) -> TotalDocument:
    return cast(TotalDocument, {**vars(total)})
