"""Turns: so many threads work at once, and those who wait are served in the order in which they came."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """
    Turns at work that keeps a core busy.

    More threads than cores only take time from each other; and since Python's own lock goes to whichever thread
    happens to be awake, one of them may wait for it much longer than the rest.

    Args:
        count: how many threads work at once; None for one on each core.
    """

    def __init__(self, count: int | None = None) -> None:
        """Start with every turn free."""
        self._free = count or os.cpu_count() or 1
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """How many threads wait for a turn."""
        return len(self._waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hand it on to whoever has waited longest at the end of the block."""
        with self._lock:
            place = None
            if self._free:
                self._free -= 1
            else:
                place = Lock()
                place.acquire()
                self._waiting.append(place)
        if place is not None:
            place.acquire()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._free += 1
