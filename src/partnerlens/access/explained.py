"""An explanation as a reader may see it."""

from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa

from partnerlens.access.reader import Rights
from partnerlens.access.redaction import hides_people, redacted_batch, redacted_row
from partnerlens.document.export import explanation_export
from partnerlens.errors import ForbiddenError
from partnerlens.explain import Explanation, Row, SideTotal
from partnerlens.explain.explanation import Heading
from partnerlens.export.provenance import Provenance
from partnerlens.export.writing import Format, write_export


class Explained:
    """
    The rows behind a number, with what the reader may not see left out; close it, or use it in a ``with`` block.

    Args:
        explanation: the rows.
        rights: what the reader may see of the partner.
    """

    def __init__(self, explanation: Explanation, rights: Rights) -> None:
        """Keep both; nothing is read before it is asked for."""
        self._explanation = explanation
        self.rights = rights

    @property
    def heading(self) -> Heading:
        """What is said above the rows."""
        return self._explanation.heading

    @property
    def counted(self) -> tuple[SideTotal, ...]:
        """What the counted rows add up to, for each side."""
        return self._explanation.counted

    @property
    def not_counted(self) -> dict[str, int]:
        """How many rows do not count, by reason."""
        return self._explanation.not_counted

    @property
    def reasons(self) -> dict[str, str]:
        """The sentence of each reason that rows have."""
        return self._explanation.reasons

    @property
    def ties_out(self) -> bool:
        """Whether the counted rows add up exactly to the number shown."""
        return self._explanation.ties_out

    @property
    def hides_people(self) -> bool:
        """Whether the names of people and users are left out of the rows."""
        return hides_people(self.rights, self.heading.subject)

    def rows_there(self, *, counted: bool | None = None) -> int:
        """Return how many rows there are; see ``Explanation.rows_there``."""
        return self._explanation.rows_there(counted=counted)

    def rows(self, *, counted: bool | None = None, limit: int = 50, offset: int = 0) -> list[Row]:
        """Return some of the rows, in order; see ``Explanation.rows``."""
        found = self._explanation.rows(counted=counted, limit=limit, offset=offset)
        return [redacted_row(row, self.rights) for row in found]

    def batches(self, *, counted: bool | None = None) -> pa.RecordBatchReader:
        """
        Return all rows as Arrow batches, in order, for an export of any size; see ``Explanation.batches``.

        Raises:
            ForbiddenError: the reader may not take rows away.
        """
        self._check_download()
        found = self._explanation.batches(counted=counted)
        subject = self.heading.subject
        return pa.RecordBatchReader.from_batches(
            found.schema, (redacted_batch(batch, self.rights, metric=subject) for batch in found)
        )

    def digest(self) -> str | None:
        """
        Return the digest of the counted rows; see ``Explanation.digest``.

        None where names are left out: a digest would confirm a name that someone guesses.
        """
        return None if self.hides_people else self._explanation.digest()

    def write(self, target: BinaryIO, file_format: Format, *, counted: bool = True) -> Provenance:
        """
        Write all rows that count, or those that do not, and return their provenance.

        Args:
            target: a stream of bytes that stays open.
            file_format: CSV, XLSX or Parquet.
            counted: those that count, or those that do not.

        Raises:
            ForbiddenError: the reader may not take rows away.
            UsageError: a spreadsheet cannot hold the rows.
        """
        self._check_download()
        export = explanation_export(self.heading, self.counted, self.batches(counted=counted), counted=counted)
        return write_export(export, target, file_format=file_format)

    def close(self) -> None:
        """Close the explanation's engine."""
        self._explanation.close()

    def __enter__(self) -> Self:
        """Return it; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _check_download(self) -> None:
        if not self.rights.download:
            raise ForbiddenError(
                "your role does not let rows be taken away as files", "ask for the role 'executive_report_viewer'"
            )
