"""Two editions held against each other, and bands of a benchmark, as a reader may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

from partnerlens.access.reader import Rights
from partnerlens.access.redaction import change_without_names
from partnerlens.access.shown import Shown
from partnerlens.access.takeaway import check_download
from partnerlens.answer.band import OpenBand
from partnerlens.document.export import band_export, difference_export
from partnerlens.explain import BridgeSide, Difference, bridge_sides
from partnerlens.explain.difference import DifferenceHeading
from partnerlens.explain.moves import Change, Total
from partnerlens.export.provenance import Provenance
from partnerlens.export.writing import Format, write_export


class Compared(Shown[Difference]):
    """
    The rows that differ between two editions, with what the reader may not see left out; close it after use.

    Args:
        opened: the rows.
        rights: what the reader may see of the partner.
    """

    @property
    def heading(self) -> DifferenceHeading:
        """What is said above the rows."""
        return self._opened.heading

    @property
    def totals(self) -> tuple[Total, ...]:
        """The changes added up by side, cause and source."""
        return self._opened.totals

    @property
    def causes(self) -> dict[str, str]:
        """The sentence of each cause that a row has."""
        return self._opened.causes

    def sides(self) -> tuple[BridgeSide, ...]:
        """Return the bridge of each side; see ``bridge_sides``."""
        return bridge_sides(self._opened)

    def rows_there(self) -> int:
        """Return how many rows differ."""
        return self._opened.rows_there()

    def rows(self, *, limit: int = 50, offset: int = 0) -> list[Change]:
        """Return some of the rows that differ, in order; see ``Difference.rows``."""
        found = self._opened.rows(limit=limit, offset=offset)
        return [change_without_names(row) for row in found] if self.hides_people else found

    def batches(self) -> pa.RecordBatchReader:
        """
        Return all rows that differ as Arrow batches; see ``Difference.batches``.

        Raises:
            ForbiddenError: the reader may not take rows away.
        """
        return self._taken(self._opened.batches)

    def write(self, target: BinaryIO, file_format: Format) -> Provenance:
        """
        Write all rows that differ, and return their provenance.

        Args:
            target: a stream of bytes that stays open.
            file_format: CSV, XLSX or Parquet.

        Raises:
            ForbiddenError: the reader may not take rows away.
            UsageError: a spreadsheet cannot hold the rows.
        """
        return write_export(difference_export(self.heading, self.batches()), target, file_format=file_format)


@dataclass(frozen=True)
class ComparedBand:
    """
    A band of a benchmark with what it rests on.

    Attributes:
        opened: the band; for all but operators without the partners in it.
        parameters: the settings that the edition was built with.
        rule_sets: the digests of its rule sets, by name.
        rights: what the reader may see of the partner.
    """

    opened: OpenBand
    parameters: Mapping[str, str]
    rule_sets: Mapping[str, str]
    rights: Rights

    def batches(self) -> pa.RecordBatchReader:
        """Return the partners of the band as Arrow batches; raises ForbiddenError where they may not be taken away."""
        check_download(self.rights)
        return band_export(self.opened, parameters=self.parameters, rule_sets=self.rule_sets).rows

    def write(self, target: BinaryIO, file_format: Format) -> Provenance:
        """Write the partners of the band, and return their provenance; see ``Compared.write``."""
        check_download(self.rights)
        export = band_export(self.opened, parameters=self.parameters, rule_sets=self.rule_sets)
        return write_export(export, target, file_format=file_format)
