"""The bytes of a text file in UTF-8: unpacked, decoded, and counted for the progress display."""

import codecs
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from partnerlens.errors import DefinitionError

Progress = Callable[[int, int], None]
"""Told how many bytes of a file are read, and how many it has."""

CHUNK_BYTES = 4 << 20

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNICODE = ("utf-16", "utf-32")


class ByteStream:
    """
    Reads a file as UTF-8 without byte order mark.

    Bytes that the encoding does not know come out as bytes that UTF-8 does not know, so that the row that
    holds them is found later.

    Args:
        file: the file; unpacked when its name ends in ``.gz``.
        encoding: its encoding; None for UTF-8, or UTF-16 when the file begins with that mark.
        progress: told about the bytes read.

    Raises:
        DefinitionError: the encoding is not known, or the file is damaged (raised while reading).
    """

    def __init__(self, file: Path, encoding: str | None, progress: Progress | None) -> None:
        """Open the file and look at its first bytes."""
        self._file = file
        self._progress = progress
        self._total = file.stat().st_size
        self._raw: IO[bytes] = file.open("rb")
        try:
            self._unpacked: IO[bytes] = _unpacked(file, self._raw)
            self._decoder, self._buffer = self._begin(encoding)
        except DefinitionError:
            self.close()
            raise

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most ``size``; empty at the end."""
        while not self._buffer:
            chunk = self._bytes()
            self._buffer = self._utf8(chunk)
            if not chunk:
                break
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _begin(self, encoding: str | None) -> tuple[codecs.IncrementalDecoder | None, bytes]:
        """The decoder that the file needs, and its first bytes in UTF-8."""
        known = encoding and _known_encoding(encoding, self._file)
        head = self._bytes()
        for mark, name in _MARKS:
            if head.startswith(mark) and (not known or known.startswith(name[:6])):
                head, known = head[len(mark) :], name
                break
        if not known or known == "utf-8":
            return None, head
        errors = "strict" if known.startswith(_UNICODE) else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(known)(errors)
        return self._decoder, self._utf8(head)

    def _bytes(self) -> bytes:
        try:
            chunk = self._unpacked.read(CHUNK_BYTES)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DefinitionError(
                f"{self._file.name}: the packed file is damaged or cut short: {error}", "get the whole file and load it"
            ) from error
        if self._progress is not None:
            self._progress(self._raw.tell(), self._total)
        return chunk

    def _utf8(self, chunk: bytes) -> bytes:
        if self._decoder is None:
            return chunk
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise DefinitionError(
                f"{self._file.name}: the file is not in the encoding '{error.encoding}': {error.reason}",
                "name its encoding in a mapping",
            ) from error
        return text.encode("utf-8", "surrogateescape")


def _unpacked(file: Path, raw: IO[bytes]) -> IO[bytes]:
    if file.suffix.lower() != ".gz":
        return raw
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))


def _known_encoding(name: str, file: Path) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise DefinitionError(
            f"{file.name}: '{name}' is not an encoding", "use a name such as utf-8, cp1252 or utf-16"
        ) from error
