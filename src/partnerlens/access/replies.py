"""Replies kept under a key that the asker chose, so that asking again does nothing again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from partnerlens.access import schema
from partnerlens.access.database import Database
from partnerlens.errors import ConflictError

KEPT = timedelta(days=3)
"""So long is a reply kept."""

GIVEN_UP = timedelta(hours=2)
"""A request that has no reply after so long was cut off; its key may be used again."""


@dataclass(frozen=True)
class SavedReply:
    """
    A reply that was given before.

    Attributes:
        status: its HTTP status.
        media_type: what its body is.
        body: its body.
    """

    status: int
    media_type: str
    body: bytes


class Replies:
    """
    Replies by user and key.

    Args:
        database: the register's.
        clock: tells the time.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Keep both."""
        self._database = database
        self._now = clock

    def begin(self, user_id: str, key: str, request: bytes) -> SavedReply | None:
        """
        Return the reply that a request was given before; None when it is the first, which is noted.

        Args:
            user_id: who asks; keys of different users have nothing to do with one another.
            key: the key that the asker chose.
            request: what is asked, as a digest of all that matters.

        Raises:
            ConflictError: the key stands for another request, or the first one is still being worked on.
        """
        reply, now, name, digest = schema.replies, self._now(), _name(user_id, key), request.hex()
        with self._database.writing() as connection:
            cut_off = reply.c.status.is_(None) & (reply.c.made_at <= now - GIVEN_UP)
            connection.execute(delete(reply).where((reply.c.made_at <= now - KEPT) | cut_off))
        try:
            with self._database.writing() as connection:
                connection.execute(insert(reply).values(key_hash=name, request_digest=digest, made_at=now))
        except IntegrityError:
            with self._database.reading() as connection:
                found = connection.execute(select(reply).where(reply.c.key_hash == name)).one_or_none()
        else:
            return None
        if found is None or (found.request_digest == digest and found.status is None):
            raise ConflictError("the first request with this key is still being worked on", "ask again later") from None
        if found.request_digest != digest:
            raise ConflictError("this key stands for another request", "use a new key for each request") from None
        return SavedReply(found.status, found.media_type, found.body)

    def keep(self, user_id: str, key: str, reply: SavedReply) -> None:
        """Keep the reply that the first request was given."""
        table = schema.replies
        with self._database.writing() as connection:
            connection.execute(
                update(table)
                .where(table.c.key_hash == _name(user_id, key))
                .values(status=reply.status, media_type=reply.media_type, body=reply.body)
            )

    def forget(self, user_id: str, key: str) -> None:
        """Let a key be used again whose request came to nothing."""
        table = schema.replies
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.key_hash == _name(user_id, key)))


def _name(user_id: str, key: str) -> str:
    return hashlib.sha256(f"{user_id}\0{key}".encode()).hexdigest()
