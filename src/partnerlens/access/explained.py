"""The rows behind a number as a reader may see them."""

from typing import BinaryIO

import pyarrow as pa

from partnerlens.access.redaction import without_names
from partnerlens.access.shown import Shown
from partnerlens.document.export import explanation_export, leaving_export
from partnerlens.explain import Explanation, Row, SideTotal
from partnerlens.explain.explanation import CustomerTotal, Heading, LeavingMonth, ReasonTotal
from partnerlens.explain.row import LeavingRow
from partnerlens.export.provenance import Provenance
from partnerlens.export.writing import Format, write_export


class Explained(Shown[Explanation]):
    """
    The rows behind a number, with what the reader may not see left out; close it, or use it in a ``with`` block.

    Args:
        opened: the rows.
        rights: what the reader may see of the partner.
    """

    @property
    def heading(self) -> Heading:
        """What is said above the rows."""
        return self._opened.heading

    @property
    def counted(self) -> tuple[SideTotal, ...]:
        """What the counted rows add up to, for each side."""
        return self._opened.counted

    @property
    def not_counted(self) -> dict[str, int]:
        """How many rows do not count, by reason."""
        return self._opened.not_counted

    @property
    def not_counted_totals(self) -> tuple[ReasonTotal, ...]:
        """What the rows that do not count would add, by reason; see ``Explanation.not_counted_totals``."""
        return self._opened.not_counted_totals

    @property
    def reasons(self) -> dict[str, str]:
        """The sentence of each reason that rows have."""
        return self._opened.reasons

    @property
    def ties_out(self) -> bool:
        """Whether the counted rows add up exactly to the number shown."""
        return self._opened.ties_out

    def rows_there(self, *, counted: bool | None = None) -> int:
        """Return how many rows there are; see ``Explanation.rows_there``."""
        return self._opened.rows_there(counted=counted)

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
        found = self._opened.rows(counted=counted, customer=customer, reason=reason, limit=limit, offset=offset)
        return [without_names(row) for row in found] if self.hides_people else found

    def customers_there(self) -> int:
        """Return how many customers have counted rows; see ``Explanation.customers_there``."""
        return self._opened.customers_there()

    def customer_rows_there(self, customer: str) -> int:
        """Return how many counted rows a customer has."""
        return self._opened.customer_rows_there(customer)

    def customers(self, *, limit: int = 50, offset: int = 0) -> list[CustomerTotal]:
        """Return some of the customers with their sums, the largest first; see ``Explanation.customers``."""
        return self._opened.customers(limit=limit, offset=offset)

    def leaving_months(self) -> tuple[LeavingMonth, ...]:
        """Return what leaves in the next twelve months, by month and side; see ``Explanation.leaving_months``."""
        return self._opened.leaving_months()

    def leaving_there(self, month: str | None = None) -> int:
        """Return how many rows leave and come, in one month or in all twelve."""
        return self._opened.leaving_there(month)

    def leaving(self, *, month: str | None = None, limit: int = 50, offset: int = 0) -> list[LeavingRow]:
        """Return some of the rows that leave or come, by month; see ``Explanation.leaving``."""
        found = self._opened.leaving(month=month, limit=limit, offset=offset)
        return [without_names(row) for row in found] if self.hides_people else found

    def batches(self, *, counted: bool | None = None) -> pa.RecordBatchReader:
        """
        Return all rows as Arrow batches, in order, for an export of any size; see ``Explanation.batches``.

        Raises:
            ForbiddenError: the reader may not take rows away.
        """
        return self._taken(lambda: self._opened.batches(counted=counted))

    def leaving_batches(self) -> pa.RecordBatchReader:
        """Return all rows that leave or come as Arrow batches; see ``batches``."""
        return self._taken(self._opened.leaving_batches)

    def digest(self) -> str | None:
        """
        Return the digest of the counted rows; see ``Explanation.digest``.

        None where names are left out: a digest would confirm a name that someone guesses.
        """
        return None if self.hides_people else self._opened.digest()

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
