"""The rows behind a number as a reader may see them."""

from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa

from partnerlens.access.reader import Rights
from partnerlens.access.redaction import batches_without_names, without_names
from partnerlens.access.takeaway import check_download
from partnerlens.document.export import explanation_export, leaving_export
from partnerlens.explain import Explanation, Row, SideTotal
from partnerlens.explain.explanation import CustomerTotal, Heading, LeavingMonth, ReasonTotal
from partnerlens.explain.row import LeavingRow
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
    def not_counted_totals(self) -> tuple[ReasonTotal, ...]:
        """What the rows that do not count would add, by reason; see ``Explanation.not_counted_totals``."""
        return self._explanation.not_counted_totals

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
        return self.heading.names_people and not self.rights.personal

    def rows_there(self, *, counted: bool | None = None) -> int:
        """Return how many rows there are; see ``Explanation.rows_there``."""
        return self._explanation.rows_there(counted=counted)

    def rows(
        self,
        *,
        counted: bool | None = None,
        customer: str | None = None,
        reason: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Row]:
        """Return some of the rows, in order; see ``Explanation.rows``."""
        found = self._explanation.rows(counted=counted, customer=customer, reason=reason, limit=limit, offset=offset)
        return [without_names(row) for row in found] if self.hides_people else found

    def customers_there(self) -> int:
        """Return how many customers have counted rows; see ``Explanation.customers_there``."""
        return self._explanation.customers_there()

    def customer_rows_there(self, customer: str) -> int:
        """Return how many counted rows a customer has."""
        return self._explanation.customer_rows_there(customer)

    def customers(self, *, limit: int = 50, offset: int = 0) -> list[CustomerTotal]:
        """Return some of the customers with their sums, the largest first; see ``Explanation.customers``."""
        return self._explanation.customers(limit=limit, offset=offset)

    def leaving_months(self) -> tuple[LeavingMonth, ...]:
        """Return what leaves in the next twelve months, by month and side; see ``Explanation.leaving_months``."""
        return self._explanation.leaving_months()

    def leaving_there(self, month: str | None = None) -> int:
        """Return how many rows leave and come, in one month or in all twelve."""
        return self._explanation.leaving_there(month)

    def leaving(self, *, month: str | None = None, limit: int = 50, offset: int = 0) -> list[LeavingRow]:
        """Return some of the rows that leave or come, by month; see ``Explanation.leaving``."""
        found = self._explanation.leaving(month=month, limit=limit, offset=offset)
        return [without_names(row) for row in found] if self.hides_people else found

    def batches(self, *, counted: bool | None = None) -> pa.RecordBatchReader:
        """
        Return all rows as Arrow batches, in order, for an export of any size; see ``Explanation.batches``.

        Raises:
            ForbiddenError: the reader may not take rows away.
        """
        return self._taken(self._explanation.batches(counted=counted))

    def leaving_batches(self) -> pa.RecordBatchReader:
        """Return all rows that leave or come as Arrow batches; see ``batches``."""
        return self._taken(self._explanation.leaving_batches())

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
        rows = self.batches(counted=counted)
        export = explanation_export(self.heading, self.counted, rows, counted=counted)
        return write_export(export, target, file_format=file_format)

    def write_leaving(self, target: BinaryIO, file_format: Format) -> Provenance:
        """Write all rows that leave or come in the next twelve months, and return their provenance; see ``write``."""
        export = leaving_export(self.heading, self.counted, self.leaving_batches())
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

    def _taken(self, rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """Rows that are taken away."""
        check_download(self.rights)
        return batches_without_names(rows) if self.hides_people else rows
