"""Loading files over the network: the body of the request is the file."""

import hashlib
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.api.idempotency import KeyHeader, once
from partnerlens.api.parameters import Asker
from partnerlens.document.facts import ReportDocument, report_document

router = APIRouter()

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(csv|tsv|parquet|xlsx|csv\.gz|tsv\.gz)$"
"""A file's name: no folder, nothing hidden, and an ending that says how to read it."""

FileName = Annotated[
    str, Query(description="The file's name; its ending says how it is read.", pattern=NAME, examples=["seats.csv"])
]
Word = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")]

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself; not a form.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/loads", response_model=ReportDocument, summary="Load a file", openapi_extra=_BODY, status_code=200)
async def load(
    request: Request,
    desk: Asker,
    name: FileName,
    table: Annotated[Word, Query(description="The fact table; told from the name by default.")] = None,
    mapping: Annotated[Word, Query(description="A mapping of the program, for other columns.")] = None,
    key: KeyHeader = None,
) -> Response:
    """
    Load a file of facts; rows that do not fit go to quarantine; for operators.

    Who asks is known before the first byte is read, and no more than the limit is kept.
    """
    await run_in_threadpool(desk.check_change)
    with TemporaryDirectory(prefix="partnerlens-load-") as folder:
        file = Path(folder) / re.sub(r"[^A-Za-z0-9._-]", "_", name)
        digest = hashlib.sha256()
        with file.open("xb") as stream:
            async for chunk in request.stream():
                digest.update(chunk)
                await run_in_threadpool(stream.write, chunk)
        return await run_in_threadpool(_load, request, desk, file, table, mapping, key, digest.hexdigest())


def _load(
    request: Request, desk: Desk, file: Path, table: str | None, mapping: str | None, key: str | None, digest: str
) -> Response:
    def loaded() -> tuple[int, ReportDocument]:
        (report,) = desk.load(file, table=table, mapping=mapping)
        return 200, report_document(report)

    return once(request, desk, key, loaded, digest)
