"""The audit trail: what was done, by whom and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from partnerlens.access.reader import Reader


@dataclass(frozen=True)
class AuditEntry:
    """
    Something that was done.

    Attributes:
        number: its number, from 1.
        at: when.
        user_id: who answers for it; None where nobody was signed in.
        email: the user's address at that time; empty where nobody was signed in.
        action: what, such as ``sign_in``, ``view_as``, ``export`` or ``publish``.
        subject: what it was done to: a partner, a month, a load or a user.
        detail: more about it; never a password, a token or a name of a customer.
    """

    number: int
    at: datetime
    user_id: str | None
    email: str
    action: str
    subject: str
    detail: str


@dataclass(frozen=True)
class AuditPage:
    """
    Some entries of the audit trail.

    Attributes:
        entries: the entries, latest first.
        total: how many there are in all.
    """

    entries: tuple[AuditEntry, ...]
    total: int


class Audit(Protocol):
    """Where the desk writes down what was done, and reads it again."""

    def record(self, reader: Reader, action: str, subject: str = "", detail: str = "") -> None:
        """Write an entry down; it stays."""

    def entries(self, *, limit: int, offset: int) -> AuditPage:
        """Return some entries, latest first."""
