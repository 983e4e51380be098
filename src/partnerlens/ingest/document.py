"""JSON documents and JSON lines: a list of objects as a stream of texts, for the replies of services."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from partnerlens.errors import DefinitionError
from partnerlens.ingest.bytestream import ByteStream, Progress
from partnerlens.ingest.columnar import plain_number
from partnerlens.ingest.source import row_batch

MAXIMUM_BYTES = 1 << 30
"""A larger document is refused: it is held in memory as a whole."""

LISTS = ("value", "items", "lineitems", "results")
"""Keys, in small letters, under which services put the list of objects."""

WITHHELD = "columns were withheld from the role that asked for the file; an executive report viewer sees them"
"""What is said of a file whose amounts may not be seen by all."""

BATCH_ROWS = 65_536


class DocumentSource:
    """
    A list of JSON objects: the document itself, a list under ``value`` or ``items``, or one object a line.

    The keys of all objects are the columns, in the order in which they come up; the key of an object within an object
    follows its key and a point. A list of texts becomes a text separated by ';'. Rows are numbered from 1.

    Args:
        file: the file.
        progress: told about the bytes read.

    Raises:
        DefinitionError: the file is no JSON, is too large, or holds no objects.
    """

    def __init__(self, file: Path, progress: Progress | None = None) -> None:
        """Read the document."""
        if file.stat().st_size > MAXIMUM_BYTES:
            raise DefinitionError(
                f"{file.name}: the document has {file.stat().st_size >> 20} MB", "split it, or save it as CSV"
            )
        stream = ByteStream(file, None, progress)
        try:
            text = b"".join(iter(lambda: stream.read(1 << 20), b"")).decode("utf-8")
        except UnicodeDecodeError as error:
            raise DefinitionError(f"{file.name}: the file is not in UTF-8: {error.reason}") from error
        finally:
            stream.close()
        document = _document(text, file.name)
        self._rows = [_flat(row) for row in _objects(document, file.name)]
        self.remarks: Sequence[str] = _remarks(document, len(self._rows))
        self.header: Sequence[str] = list(dict.fromkeys(key for row in self._rows for key in row))
        self.header_line: int | None = None
        if not self.header:
            raise DefinitionError(f"{file.name}: the document holds no objects", "save the reply with its rows")

    def batches(self, columns: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Return the rows in the order of the file."""
        names = [self.header[number] for number in columns]
        for start in range(0, len(self._rows), BATCH_ROWS):
            rows = self._rows[start : start + BATCH_ROWS]
            texts = [pa.array([row.get(name) for row in rows], pa.string()) for name in names]
            yield row_batch(columns, texts, pa.array(range(start + 1, start + 1 + len(rows)), pa.int64()))

    def close(self) -> None:
        """Do nothing; the file is closed already."""


def _document(text: str, place: str) -> Any:
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return [_parsed(line) for line in lines]
        except json.JSONDecodeError:
            raise DefinitionError(
                f"{place}, line {error.lineno}, column {error.colno}: this is not JSON: {error.msg}",
                "save the whole reply, or one object a line",
            ) from error


def _objects(document: Any, place: str) -> list[dict[str, Any]]:
    found = document
    if isinstance(found, dict):
        found = next((value for key, value in found.items() if key.lower() in LISTS), [found])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise DefinitionError(f"{place}: the document is no list of objects", f"put them under '{LISTS[0]}'")
    return found


def _remarks(document: Any, rows: int) -> list[str]:
    """What the envelope of a reply says: that it is one page of several, or that columns were withheld."""
    if not isinstance(document, dict):
        return []
    envelope = {key.lower().removeprefix("@"): value for key, value in document.items()}
    total = envelope.get("totalcount")
    goes_on = bool(envelope.get("nextlink")) or (isinstance(total, int) and total > rows)
    remarks = []
    if goes_on:
        of_all = f" of {total:,}" if isinstance(total, int) else ""
        remarks.append(f"the reply is one page with {rows:,}{of_all} rows; load its other pages too")
    if envelope.get("dataredacted") is True:
        remarks.append(WITHHELD)
    return remarks


def _parsed(text: str) -> Any:
    # Numbers stay as they are written: money has no binary form.
    return json.loads(text, parse_float=Decimal)


def _flat(row: dict[str, Any], before: str = "") -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}.")
        else:
            flat[f"{before}{key}"] = _text(value)
    return flat


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case Decimal():
            return plain_number(value)
        case list():
            return ";".join(text for item in value if (text := _text(item)) is not None)
        case dict():
            return json.dumps(value, default=str)
        case _:
            return str(value)
