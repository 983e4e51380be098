"""Two editions held against each other, and bands of a benchmark, as a reader may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa

from partnerlens.access.reader import Rights
from partnerlens.access.redaction import batches_without_names, change_without_names
from partnerlens.access.takeaway import check_download
from partnerlens.answer.band import OpenBand
from partnerlens.document.export import band_export, difference_export
from partnerlens.explain import BridgeSide, Difference, bridge_sides
from partnerlens.explain.difference import DifferenceHeading
from partnerlens.explain.moves import Change, Total
from partnerlens.export.provenance import Provenance
from partnerlens.export.writing import Format, write_export


class Compared:
    """
    The rows that differ between two editions, with what the reader may not see left out; close it after use.

    Args:
        difference: the rows.
        rights: what the reader may see of the partner.
    """

    def __init__(self, difference: Difference, rights: Rights) -> None:
        """Keep both; rows are read when asked for."""
        self._difference = difference
        self.rights = rights

    @property
    def heading(self) -> DifferenceHeading:
        """What is said above the rows."""
        return self._difference.heading

    @property
    def totals(self) -> tuple[Total, ...]:
        """The changes added up by side, cause and source."""
        return self._difference.totals

    @property
    def causes(self) -> dict[str, str]:
        """The sentence of each cause that a row has."""
        return self._difference.causes

    @property
    def hides_people(self) -> bool:
        """Whether the names of people and users are left out of the rows."""
        return self.heading.names_people and not self.rights.personal

    def sides(self) -> tuple[BridgeSide, ...]:
        """Return the bridge of each side; see ``bridge_sides``."""
        return bridge_sides(self._difference)

    def rows_there(self) -> int:
        """Return how many rows differ."""
        return self._difference.rows_there()

    def rows(self, *, limit: int = 50, offset: int = 0) -> list[Change]:
        """Return some of the rows that differ, in order; see ``Difference.rows``."""
        found = self._difference.rows(limit=limit, offset=offset)
        return [change_without_names(row) for row in found] if self.hides_people else found

    def batches(self) -> pa.RecordBatchReader:
        """
        Return all rows that differ as Arrow batches; see ``Difference.batches``.

        Raises:
            ForbiddenError: the reader may not take rows away.
        """
        check_download(self.rights)
        found = self._difference.batches()
        return batches_without_names(found) if self.hides_people else found

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

    def close(self) -> None:
        """Close the engine of the difference."""
        self._difference.close()

    def __enter__(self) -> Self:
        """Return it; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


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
