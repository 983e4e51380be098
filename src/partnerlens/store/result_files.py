"""The result tables of editions: immutable Parquet files named by the digest of their bytes."""

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

import pyarrow as pa
import pyarrow.parquet as pq

from partnerlens.errors import DefinitionError, ResourceError

ROW_GROUP_ROWS = 32_768
"""Rows are sorted by partner, so small row groups let one partner's rows be read alone."""


UNFINISHED = ".writing-"
"""Start of the name of a file that is being written."""


class ResultFiles:
    """
    Result tables by digest.

    Args:
        home: the workspace.
    """

    def __init__(self, home: Path) -> None:
        """Remember the folder; it is made at the first write."""
        self._folder = home / "store" / "results"

    def path(self, digest: str) -> Path:
        """Return where the table of a digest is."""
        return self._folder / digest[:2] / f"{digest}.parquet"

    def holds(self, digest: str, size_bytes: int) -> bool:
        """Whether the table of a digest is there in full."""
        path = self.path(digest)
        return path.is_file() and path.stat().st_size == size_bytes

    def write(self, table: pa.Table) -> tuple[str, int]:
        """
        Keep a table and return its digest and its size in bytes.

        The same table always gives the same bytes, so writing it again changes nothing but mends damage. The file is
        complete before it gets its name, so a killed build leaves no half table.

        Raises:
            ResourceError: no space, or the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=UNFINISHED, delete=False) as scratch:
                unfinished = Path(scratch.name)
            try:
                return self._write(table, unfinished)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as error:
            raise ResourceError(
                f"the result could not be written to '{self._folder}': {error.strerror or error}",
                "free some space or check the folder's permissions, and build again",
            ) from error

    def sweep(self) -> None:
        """Remove files that a killed build left half written; the caller holds the store's write lock."""
        for unfinished in self._folder.glob(f"{UNFINISHED}*"):
            unfinished.unlink(missing_ok=True)

    def read(self, digest: str, *, partner_id: str | None = None) -> pa.Table:
        """
        Return the table of a digest, its texts as codes into dictionaries.

        Args:
            digest: the table.
            partner_id: read the rows of this partner alone; row groups without it are skipped.

        Raises:
            DefinitionError: the file is gone or damaged.
        """
        try:
            file = pq.ParquetFile(self.path(digest))
            texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
            if partner_id is None:
                return pq.read_table(self.path(digest), read_dictionary=texts)
            only = [("partner_id", "==", partner_id)]
            return pq.read_table(self.path(digest), read_dictionary=texts, filters=only)
        except (OSError, pa.ArrowInvalid) as error:
            raise DefinitionError(
                f"the result table '{digest[:12]}' is missing or damaged: {error}",
                "build and publish its month again",
            ) from error

    def _write(self, table: pa.Table, unfinished: Path) -> tuple[str, int]:
        pq.write_table(
            table.replace_schema_metadata(None),
            unfinished,
            compression="zstd",
            row_group_size=ROW_GROUP_ROWS,
            store_schema=False,
        )
        content = unfinished.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        path.parent.mkdir(exist_ok=True)
        # Also over a table that is there: its bytes are the same, unless it was damaged.
        unfinished.replace(path)
        return digest, len(content)
