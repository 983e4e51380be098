"""How Partnerlens uses SQLite: what is kept survives a power cut, and readers do not wait for a writer."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event


def prepare_connections(engine: Engine, *, busy_ms: int) -> None:
    """
    Prepare each connection that an engine opens; whoever uses it begins and ends transactions in words.

    Args:
        engine: of an SQLite database.
        busy_ms: how long a statement waits for another process's transaction. Unit: milliseconds.
    """

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver would otherwise open transactions of its own, and none before a SELECT.
        connection.isolation_level = None
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {busy_ms}"):
            connection.execute(f"PRAGMA {setting}")
