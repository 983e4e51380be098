"""The rows behind a metric or an indicator, and what leaves them: some at a time, or all of them as a file."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.access.explained import Explained
from partnerlens.api.files import FILE, Taken, file_reply
from partnerlens.api.parameters import (
    Asker,
    CountedQuery,
    FormatQuery,
    IndicatorPath,
    IndicatorQuestion,
    LeavesInQuery,
    LimitQuery,
    MetricPath,
    OffsetQuery,
    PartnerPath,
    Question,
    RowFormat,
)
from partnerlens.api.reply import Page, document_reply, page_of
from partnerlens.document.explanation import (
    ExplanationDocument,
    LeavingDocument,
    explanation_document,
    leaving_document,
)

router = APIRouter()


class RowsDocument(ExplanationDocument, Page):
    """The rows behind a number, some at a time; ``total`` is how many there are of the kind that was asked for."""


class LeavingRowsDocument(LeavingDocument, Page):
    """What leaves a number in the next twelve months, some rows at a time."""


@router.get(
    "/partners/{partner:path}/metrics/{metric}", response_model=RowsDocument, summary="The rows behind a number"
)
def explain(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    question: Question,
    counted: CountedQuery = True,  # noqa: FBT002
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the rows that add up to a number, or those that were near but do not count, with their reasons."""
    with desk.explain(partner, metric, **question.words) as explained:
        return _rows(request, explained, counted=counted, limit=limit, offset=offset)


@router.get("/partners/{partner:path}/metrics/{metric}/rows", summary="All rows behind a number, as a file", **FILE)
def rows(
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    question: Question,
    file_format: FormatQuery = RowFormat.CSV,
    counted: CountedQuery = True,  # noqa: FBT002
) -> Response:
    """
    Return all rows that count, or all that do not, with what they rest on.

    The file is complete before it is sent.
    The headers tell how many rows it has, what they add up to, and the digest of the rows.
    """
    with desk.explain(partner, metric, **question.words) as explained:
        return _file(desk, explained, file_format, counted=counted)


@router.get(
    "/partners/{partner:path}/metrics/{metric}/leaving",
    response_model=LeavingRowsDocument,
    summary="What leaves a number in the next twelve months",
)
def leaving(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    question: Question,
    leaves_in: LeavesInQuery = None,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the rows that leave a number in the next twelve months if nothing is added, by month, with the causes."""
    with desk.explain(partner, metric, **question.words) as explained:
        return _leaving(request, explained, leaves_in, limit=limit, offset=offset)


@router.get(
    "/partners/{partner:path}/metrics/{metric}/leaving/rows", summary="All rows that leave a number, as a file", **FILE
)
def leaving_rows(
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    question: Question,
    file_format: FormatQuery = RowFormat.CSV,
) -> Response:
    """Return all rows that leave a number in the next twelve months, with what they rest on."""
    with desk.explain(partner, metric, **question.words) as explained:
        return _leaving_file(desk, explained, file_format)


@router.get(
    "/partners/{partner:path}/indicators/{indicator}",
    response_model=RowsDocument,
    summary="The rows behind an indicator of a score",
)
def explain_indicator(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    indicator: IndicatorPath,
    question: IndicatorQuestion,
    counted: CountedQuery = True,  # noqa: FBT002
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the rows that add up to an indicator, or those that were near but do not count, with their reasons."""
    with desk.explain_indicator(partner, indicator, **question.words) as explained:
        return _rows(request, explained, counted=counted, limit=limit, offset=offset)


@router.get(
    "/partners/{partner:path}/indicators/{indicator}/rows", summary="All rows behind an indicator, as a file", **FILE
)
def indicator_rows(
    desk: Asker,
    partner: PartnerPath,
    indicator: IndicatorPath,
    question: IndicatorQuestion,
    file_format: FormatQuery = RowFormat.CSV,
    counted: CountedQuery = True,  # noqa: FBT002
) -> Response:
    """Return all rows of an indicator that count, or all that do not, with what they rest on."""
    with desk.explain_indicator(partner, indicator, **question.words) as explained:
        return _file(desk, explained, file_format, counted=counted)


@router.get(
    "/partners/{partner:path}/indicators/{indicator}/leaving",
    response_model=LeavingRowsDocument,
    summary="What leaves an indicator in the next twelve months",
)
def indicator_leaving(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    indicator: IndicatorPath,
    question: IndicatorQuestion,
    leaves_in: LeavesInQuery = None,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the rows behind the roll-off calendar: what leaves an indicator, and what comes to it, by month."""
    with desk.explain_indicator(partner, indicator, leaving=True, **question.words) as explained:
        return _leaving(request, explained, leaves_in, limit=limit, offset=offset)


@router.get(
    "/partners/{partner:path}/indicators/{indicator}/leaving/rows",
    summary="All rows that leave an indicator, as a file",
    **FILE,
)
def indicator_leaving_rows(
    desk: Asker,
    partner: PartnerPath,
    indicator: IndicatorPath,
    question: IndicatorQuestion,
    file_format: FormatQuery = RowFormat.CSV,
) -> Response:
    """Return all rows that leave an indicator or come to it in the next twelve months, with what they rest on."""
    with desk.explain_indicator(partner, indicator, leaving=True, **question.words) as explained:
        return _leaving_file(desk, explained, file_format)


def _rows(request: Request, explained: Explained, *, counted: bool, limit: int, offset: int) -> Response:
    page = page_of(request, total=explained.rows_there(counted=counted), limit=limit, offset=offset)
    shown = explanation_document(
        explained.heading,
        counted=explained.counted,
        not_counted=explained.not_counted,
        reasons=explained.reasons,
        digest=explained.digest(),
        rows=explained.rows(counted=counted, limit=limit, offset=offset),
    )
    document: RowsDocument = {**shown, **page}
    return document_reply(request, document, page=page)


def _leaving(request: Request, explained: Explained, leaves_in: str | None, *, limit: int, offset: int) -> Response:
    page = page_of(request, total=explained.leaving_there(leaves_in), limit=limit, offset=offset)
    shown = leaving_document(
        explained.heading,
        months=[month for month in explained.leaving_months() if leaves_in in {None, month.month}],
        rows=explained.leaving(month=leaves_in, limit=limit, offset=offset),
    )
    document: LeavingRowsDocument = {**shown, **page}
    return document_reply(request, document, page=page)


def _file(desk: Desk, explained: Explained, file_format: RowFormat, *, counted: bool) -> Response:
    heading = explained.heading
    taken = Taken(
        partner=heading.partner_id,
        what=heading.subject if counted else f"{heading.subject}-not-counted",
        month=str(heading.month),
        edition=heading.edition,
        batches=lambda: explained.batches(counted=counted),
        write=lambda target, form: explained.write(target, form, counted=counted),
    )
    return file_reply(desk, taken, file_format)


def _leaving_file(desk: Desk, explained: Explained, file_format: RowFormat) -> Response:
    heading = explained.heading
    taken = Taken(
        partner=heading.partner_id,
        what=f"{heading.subject}-leaving",
        month=str(heading.month),
        edition=heading.edition,
        batches=explained.leaving_batches,
        write=explained.write_leaving,
    )
    return file_reply(desk, taken, file_format)
