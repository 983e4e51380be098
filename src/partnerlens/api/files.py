"""Rows as files: complete before they are sent, with what they rest on in the headers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote

import pyarrow as pa
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from partnerlens.access.desk import Desk
from partnerlens.api.parameters import RowFormat
from partnerlens.api.reply import VARY
from partnerlens.explain.row import amount_text
from partnerlens.export.provenance import Provenance
from partnerlens.export.writing import Format

IN_MEMORY = 8_000_000
"""Files up to this size are not put on disk. Unit: bytes."""

CHUNK = 256 * 1024

MEDIA_TYPES = {
    RowFormat.CSV: "text/csv; charset=utf-8",
    RowFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    RowFormat.PARQUET: "application/vnd.apache.parquet",
    RowFormat.NDJSON: "application/x-ndjson",
}

FILE: dict[str, Any] = {
    "responses": {200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
    "response_class": StreamingResponse,
}
"""What a route says of itself that replies with a file."""

PROGRAM = "program"
"""What files of the whole program are named after."""


@dataclass(frozen=True)
class Taken:
    """
    Rows that are taken away.

    Attributes:
        partner: the partner that they are about.
        what: what they are, such as ``revenue``; it names the file and stands in the audit trail.
        month: the data month.
        edition: the number of the edition.
        batches: gives the rows, for JSON lines.
        write: writes them in another format.
    """

    partner: str
    what: str
    month: str
    edition: int
    batches: Callable[[], pa.RecordBatchReader]
    write: Callable[[BinaryIO, Format], Provenance]


def file_reply(desk: Desk, taken: Taken, file_format: RowFormat) -> Response:
    """
    Return rows as a file, and note it in the audit trail.

    Raises:
        ForbiddenError: the asker may not take rows away.
        UsageError: a spreadsheet cannot hold the rows.
    """
    target = cast("IO[bytes]", SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - it is closed when it has been sent
    try:
        facts = _write(taken, target, file_format)
        desk.note_export(taken.partner, f"{taken.what} {file_format}")
        target.seek(0)
    except BaseException:
        target.close()
        raise
    name = quote(f"{taken.partner}-{taken.what}-{taken.month}.{file_format}", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "private, no-store",
        "Vary": VARY,
        **{f"Partnerlens-{key}": str(value) for key, value in facts.items() if value is not None},
    }
    return StreamingResponse(
        _chunks(target),
        headers=headers,
        media_type=MEDIA_TYPES[file_format],
        background=BackgroundTask(target.close),
    )


def _write(taken: Taken, target: IO[bytes], file_format: RowFormat) -> dict[str, Any]:
    """Write the rows; return what headers tell of them."""
    if file_format is RowFormat.NDJSON:
        count = 0
        for line in _json_lines(taken.batches()):
            target.write(line)
            count += 1
        return {"Edition": taken.edition, "Rows": count}
    made = taken.write(cast("BinaryIO", target), Format(file_format.value))
    return {"Edition": made.edition, "Rows": made.row_count, "Sum": made.sum, "Digest": made.digest}


def _json_lines(batches: pa.RecordBatchReader) -> Iterator[bytes]:
    """One JSON document a row; exact numbers as texts."""
    for batch in batches:
        for row in batch.to_pylist():
            told = {name: amount_text(value) if isinstance(value, Decimal) else value for name, value in row.items()}
            yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
