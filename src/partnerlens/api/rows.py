"""The rows behind a number: some at a time, or all of them as a file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from partnerlens.access.desk import Desk
from partnerlens.access.explained import Explained
from partnerlens.api.parameters import (
    Asked,
    Asker,
    CountedQuery,
    FormatQuery,
    LimitQuery,
    MetricPath,
    OffsetQuery,
    PartnerPath,
    Question,
    RowFormat,
)
from partnerlens.api.reply import VARY, Page, document_reply, page_of
from partnerlens.document.explanation import ExplanationDocument, explanation_document, row_document
from partnerlens.explain.row import rows_of
from partnerlens.export.writing import Format

router = APIRouter()

IN_MEMORY = 8_000_000
"""Files up to this size are not put on disk. Unit: bytes."""

CHUNK = 256 * 1024

MEDIA_TYPES = {
    RowFormat.CSV: "text/csv; charset=utf-8",
    RowFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    RowFormat.PARQUET: "application/vnd.apache.parquet",
    RowFormat.NDJSON: "application/x-ndjson",
}


class RowsDocument(ExplanationDocument, Page):
    """The rows behind a number, some at a time; ``total`` is how many there are of the kind that was asked for."""


@dataclass(frozen=True)
class Written:
    """
    A finished file.

    Attributes:
        stream: its bytes, from the start.
        headers: what it rests on.
    """

    stream: IO[bytes]
    headers: dict[str, str]


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


@router.get(
    "/partners/{partner:path}/metrics/{metric}/rows",
    summary="All rows behind a number, as a file",
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
    response_class=StreamingResponse,
)
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
    written = write_rows(desk, partner, metric, question, file_format, counted=counted)
    return StreamingResponse(
        _chunks(written.stream),
        headers=written.headers,
        media_type=MEDIA_TYPES[file_format],
        background=BackgroundTask(written.stream.close),
    )


def write_rows(
    desk: Desk, partner: str, metric: str, question: Asked, file_format: RowFormat, *, counted: bool
) -> Written:
    """Write the rows of a number to a temporary file, and note it in the audit trail."""
    target = cast("IO[bytes]", SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - it is closed when it has been sent
    try:
        with desk.explain(partner, metric, **question.words) as explained:
            desk.note_export(partner, f"{metric} {file_format}")
            facts = _write(explained, target, file_format, counted=counted)
            month = explained.heading.month
        target.seek(0)
    except BaseException:
        target.close()
        raise
    kind = "" if counted else "-not-counted"
    name = quote(f"{partner}-{metric}{kind}-{month}.{file_format}", safe="")
    return Written(
        target,
        {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "private, no-store",
            "Vary": VARY,
            **{f"Partnerlens-{key}": str(value) for key, value in facts.items() if value is not None},
        },
    )


def _write(explained: Explained, target: IO[bytes], file_format: RowFormat, *, counted: bool) -> dict[str, Any]:
    """Write the rows; return what headers tell of them."""
    if file_format is RowFormat.NDJSON:
        count = 0
        for line in _json_lines(explained, counted=counted):
            target.write(line)
            count += 1
        return {"Edition": explained.heading.edition, "Rows": count}
    made = explained.write(cast("BinaryIO", target), Format(file_format.value), counted=counted)
    return {"Edition": made.edition, "Rows": made.row_count, "Sum": made.sum, "Digest": made.digest}


def _json_lines(explained: Explained, *, counted: bool) -> Iterator[bytes]:
    for batch in explained.batches(counted=counted):
        for row in rows_of(batch):
            yield json.dumps(row_document(row), ensure_ascii=False).encode() + b"\n"


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
