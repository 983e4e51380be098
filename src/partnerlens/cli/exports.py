"""Rows that a command prints or writes: the formats there are, where a file goes, and what is said of it."""

import sys
from pathlib import Path

from partnerlens.cli.reply import DONE, Reply
from partnerlens.errors import UsageError
from partnerlens.export.provenance import provenance_document
from partnerlens.export.writing import Export, Format, write_export

TABLE = "table"
FORMATS = (TABLE, *(entry.value for entry in Format))
"""How rows can be printed or written."""


def checked_format(file_format: str, output: Path | None) -> Format | None:
    """
    Return the format of an export; None for a table on the terminal.

    Args:
        file_format: one of ``FORMATS``.
        output: where the export goes; None for standard output.

    Raises:
        UsageError: there is no such format, or a table is to go to a file.
    """
    if file_format not in FORMATS:
        raise UsageError(f"there is no format '{file_format}'", f"use {', '.join(FORMATS)}")
    if file_format != TABLE:
        return Format(file_format)
    if output is not None:
        raise UsageError(f"'{output}' needs a format", "add --format csv, xlsx or parquet")
    return None


def write(reply: Reply, export: Export, *, file_format: Format, output: Path | None) -> int:
    """Write an export to a file or to standard output, say what it is, and return the exit code."""
    document = provenance_document(write_export(export, output or sys.stdout.buffer, file_format=file_format))
    where = f"'{output}'" if output else "standard output"
    reply.note(f"{document['row_count']:,} rows on {where} · sum {document['sum']} · digest {document['digest']}")
    return DONE


def rows_shown(reply: Reply, limit: int, there: int) -> int:
    """Return how many of the rows are shown: all of them as JSON, or where the limit is 0."""
    return there if reply.as_json or not limit else limit


def note_more(reply: Reply, *, there: int, shown: int) -> None:
    """Say how many rows are not shown, if any."""
    if shown < there:
        reply.note(f"{there - shown:,} more; list all with --limit 0, or export them with --format")
