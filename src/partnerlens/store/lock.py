"""One writer at a time: the lock of a store, and who holds it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from partnerlens.errors import ResourceError
from partnerlens.store.layout import Layout

POLL_SECONDS = 0.1


class WriteLock:
    """
    The lock that a writer of the store holds; the system frees it when the process ends in whatever way.

    Args:
        layout: the store's folders.
    """

    def __init__(self, layout: Layout) -> None:
        """Prepare the lock; nothing is locked yet."""
        self._layout = layout
        self._lock = FileLock(layout.lock)

    @contextmanager
    def held(self, wait_seconds: float, on_wait: Callable[[str], None] | None) -> Iterator[None]:
        """
        Hold the lock for a block; a block inside such a block passes at once.

        Args:
            wait_seconds: how long to wait for another writer.
            on_wait: told once who holds the lock, before the wait begins.

        Raises:
            ResourceError: another writer held it all that time.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            if on_wait is not None:
                on_wait(self.holder())
            self._wait(wait_seconds)
        try:
            self._layout.lock_holder.write_text(f"process {os.getpid()}\n", encoding="utf-8")
            yield
        finally:
            self._lock.release()

    def holder(self) -> str:
        """Return who last took the lock, such as ``process 4711``."""
        try:
            return self._layout.lock_holder.read_text(encoding="utf-8").strip() or "another process"
        except OSError:
            return "another process"

    def _wait(self, wait_seconds: float) -> None:
        try:
            self._lock.acquire(timeout=wait_seconds, poll_interval=POLL_SECONDS)
        except Timeout as error:
            raise ResourceError(
                f"'{self._layout.root}' is being written by {self.holder()}, for more than {wait_seconds:g} seconds",
                "wait until it is done, or end that process; what it had not finished leaves no trace",
            ) from error
