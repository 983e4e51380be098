"""Rows as Parquet: typed columns, and the provenance as metadata."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from partnerlens.export.provenance import Provenance, provenance_document

METADATA_KEY = "partnerlens"
"""The metadata entry that holds the provenance as JSON."""

ROW_GROUP_ROWS = 131_072


def write_parquet(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, stream: BinaryIO, *, finish: Callable[[], Provenance]
) -> None:
    """
    Write a Parquet file; each column keeps its type.

    Args:
        batches: the rows.
        schema: of all batches.
        stream: where the file goes.
        finish: gives the provenance of the rows, once all of them have been taken.

    Raises:
        OSError: the stream cannot be written.
    """
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for group in _row_groups(batches):
            writer.write_table(pa.Table.from_batches(group, schema), row_group_size=ROW_GROUP_ROWS)
        document = json.dumps(provenance_document(finish()), ensure_ascii=False)
        writer.add_key_value_metadata({METADATA_KEY: document})


def _row_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    group: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        if group and count + batch.num_rows > ROW_GROUP_ROWS:
            yield group
            group, count = [], 0
        group.append(batch)
        count += batch.num_rows
    if group:
        yield group
