"""A partner's own books against what counts: the body of the request is the file, of which nothing is kept."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.api.parameters import Asker, MonthQuery, PartnerPath, ScorecardQuery
from partnerlens.api.reply import document_reply
from partnerlens.document.reconciliation import ReconciliationDocument, reconciliation_document
from partnerlens.errors import UsageError

router = APIRouter()

ENDING = "/reconciliation"
"""What the path of books ends with."""

MOST_BYTES = 20_000_000
"""Largest file of books. Unit: bytes."""

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(csv|tsv|parquet|xlsx|csv\.gz|tsv\.gz)$"
"""A file's name: no folder, nothing hidden, and an ending that says how to read it."""

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself; not a form.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/partners/{partner:path}" + ENDING,
    response_model=ReconciliationDocument,
    summary="Compare a partner's own invoices with what counts",
    openapi_extra=_BODY,
)
async def reconcile(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    name: Annotated[
        str,
        Query(description="The file's name; its ending says how it is read.", pattern=NAME, examples=["invoices.csv"]),
    ] = "books.csv",
    month: MonthQuery = None,
    mapping: Annotated[
        str | None,
        Query(description="A mapping of the program that makes billed lines.", pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$"),
    ] = None,
    scorecard: ScorecardQuery = None,
) -> Response:
    """
    Compare the entries of a file with the billed lines of the partner's revenue, one by one.

    Who asks is known before the first byte is read, and nothing of the file is kept.
    """
    await run_in_threadpool(desk.check_reconcile, partner, month)
    with TemporaryDirectory(prefix="partnerlens-books-") as folder:
        file = Path(folder) / re.sub(r"[^A-Za-z0-9._-]", "_", name)
        size = 0
        with file.open("xb") as stream:
            async for chunk in request.stream():
                size += len(chunk)
                if size > MOST_BYTES:
                    raise UsageError(f"the file is larger than {MOST_BYTES:,} bytes", "send some months at a time")
                await run_in_threadpool(stream.write, chunk)
        return await run_in_threadpool(_reconciled, request, desk, partner, file, month, mapping, scorecard)


def _reconciled(
    request: Request,
    desk: Desk,
    partner: str,
    file: Path,
    month: str | None,
    mapping: str | None,
    scorecard: str | None,
) -> Response:
    answer = desk.reconcile(partner, file, month=month, mapping=mapping, scorecard=scorecard)
    return document_reply(request, reconciliation_document(answer, answer.result.rows))
