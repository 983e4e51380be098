"""The result tables of editions: immutable Parquet files named by the digest of their bytes."""

import hashlib
import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partnerlens.errors import DefinitionError, ResourceError

ROW_GROUP_ROWS = 65_536
"""Rows are sorted by partner, so small row groups let one partner's rows be read alone."""

INTEGERS = "DELTA_BINARY_PACKED"
"""How columns of whole numbers are encoded."""

PARTNERS = "partners"
"""Where a file tells the first and the last partner of each row group, as JSON."""

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

    def stored(self) -> list[Path]:
        """Return the files of all tables that are there, in the order of their digests."""
        return sorted(self._folder.glob("*/*.parquet"))

    def sweep(self) -> None:
        """Remove files that a killed build left half written; the caller holds the store's write lock."""
        for unfinished in self._folder.glob(f"{UNFINISHED}*"):
            unfinished.unlink(missing_ok=True)

    def read(self, digest: str, *, partner_id: str | None = None) -> pa.Table:
        """
        Return the table of a digest, its texts as codes into dictionaries.

        Args:
            digest: the table.
            partner_id: read the rows of this partner alone, from the row groups that may have it.

        Raises:
            DefinitionError: the file is gone or damaged.
        """
        try:
            told = pq.read_metadata(self.path(digest))
            texts = [field.name for field in told.schema.to_arrow_schema() if pa.types.is_string(field.type)]
            with pq.ParquetFile(self.path(digest), metadata=told, read_dictionary=texts) as file:
                groups = range(told.num_row_groups) if partner_id is None else _groups_of(partner_id, told)
                found = file.read_row_groups(list(groups))
            # Whether a file's columns have gaps is its own matter: tables of months are laid together.
            rows = pa.table(found.columns, found.column_names)
            if partner_id is None:
                return rows
            return rows.filter(pc.equal(rows["partner_id"].cast(pa.string()), partner_id))
        except (OSError, pa.ArrowInvalid) as error:
            raise DefinitionError(
                f"the result table '{digest[:12]}' is missing or damaged: {error}",
                "build and publish its month again",
            ) from error

    def _write(self, table: pa.Table, unfinished: Path) -> tuple[str, int]:
        content = _parquet(table.replace_schema_metadata(None).combine_chunks())
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.parent.mkdir(exist_ok=True)
        # Also over a table that is there: its bytes are the same, unless it was damaged.
        unfinished.replace(path)
        return digest, len(content)


def _parquet(table: pa.Table) -> memoryview:
    """
    The bytes of a Parquet file; each row group carries only the partners that it has.

    Whole numbers are kept as differences and amounts as they are, which takes half the time of looking for repeated
    values; what is left to compress is little, so the fastest compression does. Nothing but partners is ever looked up,
    so no column gets statistics; the first and the last partner of each row group stand beside the schema.
    """
    content = pa.BufferOutputStream()
    # Where it is known that nothing is missing, nothing has to be said of it row by row.
    schema = pa.schema(
        field.with_nullable(column.null_count > 0) for field, column in zip(table.schema, table.columns, strict=True)
    )
    table = table.cast(schema)
    edges = []
    with pq.ParquetWriter(
        content,
        table.schema,
        compression="lz4",
        store_schema=False,
        use_dictionary=[field.name for field in table.schema if _is_text(field.type)],
        column_encoding={field.name: INTEGERS for field in table.schema if pa.types.is_integer(field.type)},
        write_statistics=False,
    ) as writer:
        for first in range(0, max(len(table), 1), ROW_GROUP_ROWS):
            rows = _with_its_partners(table.slice(first, ROW_GROUP_ROWS))
            writer.write_table(rows, ROW_GROUP_ROWS)
            edges.append(_edges(rows))
        writer.add_key_value_metadata({PARTNERS: json.dumps(edges)})
    return memoryview(content.getvalue())


def _edges(rows: pa.Table) -> list[str]:
    """The first and the last partner of rows in their order; empty where there are none."""
    if not len(rows) or "partner_id" not in rows.column_names:
        return []
    partners = rows["partner_id"]
    return [partners[0].as_py(), partners[-1].as_py()]


def _groups_of(partner_id: str, told: pq.FileMetaData) -> list[int]:
    """The row groups that may have a partner; all of them in a file that does not tell."""
    edges = json.loads((told.metadata or {}).get(PARTNERS.encode(), "null"))
    if edges is None:
        return list(range(told.num_row_groups))
    return [number for number, edge in enumerate(edges) if edge and edge[0] <= partner_id <= edge[1]]


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind) or pa.types.is_string(kind))


def _with_its_partners(rows: pa.Table) -> pa.Table:
    """Rows in the order of partners, with the part of the partners' texts that they use; others as they are."""
    place = rows.schema.get_field_index("partner_id")
    if place < 0 or not len(rows) or not pa.types.is_dictionary(rows.schema.field(place).type):
        return rows
    partners = rows.column(place).chunk(0)
    first, last = partners.indices[0].as_py(), partners.indices[-1].as_py()
    codes = pc.subtract(partners.indices, pa.scalar(first, partners.indices.type))
    texts = partners.dictionary.slice(first, last - first + 1)
    return rows.set_column(place, rows.schema.field(place), pa.DictionaryArray.from_arrays(codes, texts))
