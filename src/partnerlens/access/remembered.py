"""What the register said of a key, for as long as nothing is written to it."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import Connection

from partnerlens.access.database import Database, Version

KEPT = 10_000
"""So many keys are kept; the one that was asked least lately is let go."""

Found = TypeVar("Found")


@dataclass
class _Kept(Generic[Found]):
    """What was found while the register had one version."""

    version: Version | None
    by_key: OrderedDict[str, Found] = field(default_factory=OrderedDict)


class Remembered(Generic[Found]):
    """
    What was found by the digests of keys; several threads may ask at once.

    Every write to the register, by this process or another, makes it forget everything, so a key that is revoked and
    a role that is taken hold no longer at the next request. What cannot be watched is never kept (PostgreSQL).

    Args:
        database: the register's.
    """

    def __init__(self, database: Database) -> None:
        """Start with nothing kept."""
        self._database = database
        self._kept: _Kept[Found] = _Kept(None)
        self._lock = Lock()

    def known(self, hashed: str) -> Found | None:
        """Return what is kept for a key, which takes some microseconds; None where the register has to be read."""
        version = self._database.version()
        with self._lock:
            if version is None or self._kept.version != version:
                return None
            return self._touched(hashed)

    def found(self, hashed: str, read: Callable[[Connection], Found | None]) -> Found | None:
        """
        Return what the register says of a key; None where it says nothing, which is not kept.

        Args:
            hashed: the key's digest.
            read: reads it.
        """
        # The version is looked at before the register is read, so that a write in between is seen the next time.
        version = self._database.version()
        with self._database.reading() as connection:
            found = read(connection)
        if version is not None and found is not None:
            with self._lock:
                if self._kept.version != version:
                    self._kept = _Kept(version)
                self._kept.by_key[hashed] = found
                if len(self._kept.by_key) > KEPT:
                    self._kept.by_key.popitem(last=False)
        return found

    def _touched(self, hashed: str) -> Found | None:
        found = self._kept.by_key.get(hashed)
        if found is not None:
            self._kept.by_key.move_to_end(hashed)
        return found
