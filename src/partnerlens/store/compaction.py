"""Many small files of a table and month become one; the facts as of the loads of editions can still be read."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from partnerlens.months import Month
from partnerlens.store.layout import fact_folder, sort_order, stored_columns
from partnerlens.store.records import FactFile
from partnerlens.store.store import Store

SMALL_BYTES = 128_000_000
"""Files of this size and more stay as they are."""

Merge = Callable[[str, list[Path], dict[str, str], tuple[str, ...], Path], None]
"""Writes the rows of files as one: the table, the files, their columns, the columns to sort by, and the new file."""


@dataclass(frozen=True)
class Compacted:
    """
    What a compaction did, or would do.

    Attributes:
        merged: how many files became fewer.
        made: how many files took their place.
        removed: how many files left the disk, because no edition needs the facts that they held until a later load.
        removed_bytes: their size.
    """

    merged: int
    made: int
    removed: int
    removed_bytes: int


def compact(store: Store, kept_loads: Collection[int], merge: Merge, *, dry_run: bool = False) -> Compacted:
    """
    Merge the small files of each table and month, and remove files that an earlier run or a load replaced.

    A merged file counts as added by the latest load of its parts, and its parts as removed by that load, so that facts
    as of every load read as before. Parts leave the disk in a later run, when readers that began before are done, and
    only if no edition rests on them. The caller holds the store's lock.

    Args:
        store: the store.
        kept_loads: the loads that editions rest on; facts as of them, and as they stand, can always be read.
        merge: writes one file from many.
        dry_run: change nothing.
    """
    replaced = store.replaced_files(kept_loads)
    groups: dict[tuple[str, Month | None], list[FactFile]] = {}
    for file in store.present_files():
        if file.size_bytes < SMALL_BYTES:
            groups.setdefault((file.table, file.month), []).append(file)
    groups = {place: files for place, files in groups.items() if len(files) > 1}
    if not dry_run:
        for (table, month), files in groups.items():
            _merge(store, table, month, files, merge)
        store.remove_files(replaced)
    return Compacted(
        merged=sum(map(len, groups.values())),
        made=len(groups),
        removed=len(replaced),
        removed_bytes=sum(file.size_bytes for file in replaced),
    )


def _merge(store: Store, table: str, month: Month | None, files: list[FactFile], merge: Merge) -> None:
    writer = store.writer()
    try:
        name = f"files-{min(file.id for file in files)}-to-{max(file.id for file in files)}-{len(files)}.parquet"
        path = fact_folder(table, month) / name
        staged = writer.folder / path
        staged.parent.mkdir(parents=True, exist_ok=True)
        facts = store.layout.facts
        merge(table, [facts / file.path for file in files], stored_columns(table), sort_order(table), staged)
        rows = sum(file.rows for file in files)
        made = writer.described(table, month, path.as_posix(), rows, max(file.rows_of for file in files))
        writer.replace(made, [file.id for file in files])
    finally:
        writer.close()
