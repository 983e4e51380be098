"""How often something was done lately, counted by all processes of a server together."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from mmap import mmap
from pathlib import Path
from struct import Struct
from threading import Lock
from time import monotonic

PLACES = 1 << 16
"""So many names are counted; beyond them, the one that did least, longest ago, is forgotten first."""

NEAR = 8
"""A name stands in one of so many neighbouring places."""

_PLACE = Struct("<QQII")
"""The digest of a name, the number of a span plus one (0: nobody's), and what was done in it and in the one before."""

_SECRET_BYTES = 16


@dataclass
class _Place:
    """What one place holds."""

    name: int
    span: int
    done: int
    before: int


class Counts:
    """
    Counts what was done within the last span of time, by name.

    Of the span before the one that runs, the part counts that still lies within reach, as if all was done evenly over
    it; that takes a few bytes a name, and no list of times. Processes that open the same file count together: the
    clock starts with the machine, and digests are made with a secret that the file begins with. It stays open for as
    long as the process runs.

    Args:
        most: so often may something be done in a span.
        seconds: the length of a span.
        file: the file that the processes share; None for this process alone.
    """

    def __init__(self, most: int, seconds: float, file: Path | None = None) -> None:
        """Open the places; in a new file, all are free."""
        self._most = most
        self._seconds = seconds
        self._lock = Lock()
        size = _SECRET_BYTES + PLACES * _PLACE.size
        self._file = None if file is None else os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        if self._file is None:
            self._bytes = mmap(-1, size)
        else:
            os.ftruncate(self._file, size)
            self._bytes = mmap(self._file, size)
        with self._alone():
            if not any(self._bytes[:_SECRET_BYTES]):
                self._bytes[:_SECRET_BYTES] = os.urandom(_SECRET_BYTES)
            self._secret = self._bytes[:_SECRET_BYTES]

    def is_one_too_many(self, name: str) -> bool:
        """Count what a name does, and return False; or count nothing, and return True."""
        now = monotonic() / self._seconds
        with self._alone():
            at, place = self._found(self._digest(name), int(now) + 1)
            if place.done + place.before * (1 - now % 1) + 1 > self._most:
                return True
            place.done += 1
            self._write(at, place)
        return False

    def forget(self, name: str) -> None:
        """Begin to count again for a name."""
        with self._alone():
            at, _ = self._found(self._digest(name), 0)
            self._write(at, _Place(0, 0, 0, 0))

    def _digest(self, name: str) -> int:
        return int.from_bytes(blake2b(name.encode(), digest_size=8, key=self._secret).digest(), "little") or 1

    def _found(self, name: int, span: int) -> tuple[int, _Place]:
        """The place of a name in a span: its own, brought up to that span, or the one that is missed least."""
        near = [self._read((name + step) % PLACES) for step in range(NEAR)]
        own = next((step for step, place in enumerate(near) if place.name == name), None)
        if own is None:
            step = min(range(NEAR), key=lambda each: (near[each].span, near[each].done + near[each].before))
            return (name + step) % PLACES, _Place(name, span, 0, 0)
        place = near[own]
        if place.span != span:
            place.before = place.done if place.span == span - 1 else 0
            place.span, place.done = span, 0
        return (name + own) % PLACES, place

    def _read(self, at: int) -> _Place:
        return _Place(*_PLACE.unpack_from(self._bytes, _SECRET_BYTES + at * _PLACE.size))

    def _write(self, at: int, place: _Place) -> None:
        _PLACE.pack_into(
            self._bytes, _SECRET_BYTES + at * _PLACE.size, place.name, place.span, place.done, place.before
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other thread, and no other process with the file, count meanwhile."""
        with self._lock:
            if self._file is None:
                yield
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
