"""Rows that were opened, as far as a reader may see them."""

from collections.abc import Callable
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

import pyarrow as pa

from partnerlens.access.reader import Rights
from partnerlens.access.redaction import batches_without_names
from partnerlens.access.takeaway import check_download


class _Heading(Protocol):
    @property
    def names_people(self) -> bool:
        """Whether rows hold names of people or users."""


class _Rows(Protocol):
    @property
    def heading(self) -> _Heading:
        """What is said above the rows."""

    def close(self) -> None:
        """Close the engine of the rows."""


Rows = TypeVar("Rows", bound=_Rows)


class Shown(Generic[Rows]):
    """
    Rows with what the reader may not see left out; close them, or use them in a ``with`` block.

    Args:
        opened: the rows.
        rights: what the reader may see of the partner.
    """

    def __init__(self, opened: Rows, rights: Rights) -> None:
        """Keep both; nothing is read before it is asked for."""
        self._opened = opened
        self.rights = rights

    @property
    def hides_people(self) -> bool:
        """Whether the names of people and users are left out of the rows."""
        return self._opened.heading.names_people and not self.rights.personal

    def close(self) -> None:
        """Close the engine of the rows."""
        self._opened.close()

    def __enter__(self) -> Self:
        """Return it; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _taken(self, read: Callable[[], pa.RecordBatchReader]) -> pa.RecordBatchReader:
        """Rows that are taken away; nothing is read where they may not be (ForbiddenError)."""
        check_download(self.rights)
        rows = read()
        return batches_without_names(rows) if self.hides_people else rows
