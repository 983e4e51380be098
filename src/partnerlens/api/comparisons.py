"""Numbers held against others: the bands of a benchmark, the month before, another edition."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.compared import Compared
from partnerlens.access.desk import Desk
from partnerlens.api.files import FILE, Taken, file_reply
from partnerlens.api.parameters import (
    Asker,
    BandQuery,
    EditionQuery,
    FilterQuery,
    FormatQuery,
    LimitQuery,
    MetricPath,
    OffsetQuery,
    PartnerPath,
    Question,
    RowFormat,
)
from partnerlens.api.reply import Page, document_reply, page_of
from partnerlens.document.band import BandDocument, band_document
from partnerlens.document.difference import (
    BridgeDocument,
    DifferenceDocument,
    bridge_document,
    difference_document,
)

router = APIRouter()


class BridgeRowsDocument(BridgeDocument, Page):
    """How the number of a month became that of the next, with some of the rows."""


class DifferenceRowsDocument(DifferenceDocument, Page):
    """Some of the rows of a metric that differ between two editions."""


@router.get(
    "/partners/{partner:path}/metrics/{metric}/band", response_model=BandDocument, summary="A band of the benchmark"
)
def band(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    question: Question,
    band: BandQuery = None,
) -> Response:
    """
    Return a band of a metric's benchmark, or why there is none.

    Operators get the partners in it and exact ranges; everybody else ranges rounded outward, and no other partner.
    """
    return document_reply(request, band_document(desk.band(partner, metric, band=band, **question.words).opened))


@router.get("/partners/{partner:path}/metrics/{metric}/band/rows", summary="The partners of a band, as a file", **FILE)
def band_rows(
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    question: Question,
    band: BandQuery = None,
    file_format: FormatQuery = RowFormat.CSV,
) -> Response:
    """Return the partners of a band with exact values and ranks; for operators."""
    desk.check_operator()
    found = desk.band(partner, metric, band=band, **question.words)
    opened = found.opened
    taken = Taken(
        partner=opened.partner_id,
        what=f"{opened.metric.id.value}-band",
        month=str(opened.month),
        edition=opened.edition,
        batches=found.batches,
        write=found.write,
    )
    return file_reply(desk, taken, file_format)


@router.get(
    "/partners/{partner:path}/metrics/{metric}/bridge",
    response_model=BridgeRowsDocument,
    summary="From the month before to the month",
)
def bridge(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    question: Question,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return how a number became that of the next month: what entered, was corrected, and rolled off, with the rows."""
    with desk.bridge(partner, metric, **question.words) as compared:
        page = page_of(request, total=compared.rows_there(), limit=limit, offset=offset)
        shown = bridge_document(_difference(compared, limit, offset), compared.sides())
    document: BridgeRowsDocument = {**shown, **page}
    return document_reply(request, document, page=page)


@router.get(
    "/partners/{partner:path}/metrics/{metric}/bridge/rows",
    summary="All rows that changed since the month before, as a file",
    **FILE,
)
def bridge_rows(
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    question: Question,
    file_format: FormatQuery = RowFormat.CSV,
) -> Response:
    """Return all rows that changed a number since the month before, each with its cause."""
    with desk.bridge(partner, metric, **question.words) as compared:
        return _file(desk, compared, "bridge", file_format)


@router.get(
    "/partners/{partner:path}/metrics/{metric}/difference",
    response_model=DifferenceRowsDocument,
    summary="What differs between two editions",
)
def difference(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    before: EditionQuery,
    after: EditionQuery,
    chosen: FilterQuery,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the rows of a metric that differ between two editions, each with its cause; for operators."""
    with desk.difference(partner, metric, before, after, **chosen.words) as compared:
        page = page_of(request, total=compared.rows_there(), limit=limit, offset=offset)
        document: DifferenceRowsDocument = {**_difference(compared, limit, offset), **page}
    return document_reply(request, document, page=page)


@router.get(
    "/partners/{partner:path}/metrics/{metric}/difference/rows",
    summary="All rows that differ between two editions, as a file",
    **FILE,
)
def difference_rows(
    desk: Asker,
    partner: PartnerPath,
    metric: MetricPath,
    before: EditionQuery,
    after: EditionQuery,
    chosen: FilterQuery,
    file_format: FormatQuery = RowFormat.CSV,
) -> Response:
    """Return all rows of a metric that differ between two editions, each with its cause; for operators."""
    with desk.difference(partner, metric, before, after, **chosen.words) as compared:
        return _file(desk, compared, "difference", file_format)


def _difference(compared: Compared, limit: int, offset: int) -> DifferenceDocument:
    return difference_document(
        compared.heading,
        totals=compared.totals,
        causes=compared.causes,
        rows=compared.rows(limit=limit, offset=offset),
    )


def _file(desk: Desk, compared: Compared, kind: str, file_format: RowFormat) -> Response:
    heading = compared.heading
    taken = Taken(
        partner=heading.partner_id,
        what=f"{heading.metric.value}-{kind}",
        month=str(heading.after.month),
        edition=heading.after.edition,
        batches=compared.batches,
        write=compared.write,
    )
    return file_reply(desk, taken, file_format)
