"""Which editions and results are kept, and removing the others without disturbing readers."""

from collections.abc import Iterable
from dataclasses import dataclass

from partnerlens.model.edition import Manifest
from partnerlens.store.records import Edition, Publication
from partnerlens.store.result_files import ResultFiles
from partnerlens.store.store import Store

KEPT_LAST = 0
"""How many of the latest editions stay whatever they are, unless the caller says otherwise."""


@dataclass(frozen=True)
class Removed:
    """
    What leaves a store, or would leave it.

    Attributes:
        editions: the editions, by number.
        results: how many results that no kept edition names.
        files: how many files of results.
        size_bytes: their size.
    """

    editions: tuple[Edition, ...]
    results: int
    files: int
    size_bytes: int


def kept_editions(
    editions: Iterable[Edition], publications: Iterable[Publication], keep: int = KEPT_LAST
) -> list[Edition]:
    """
    Return the editions that stay: all that were ever published, the latest of each month, and the last ones.

    Args:
        editions: all of them, by number.
        publications: all of them.
        keep: how many of the last editions stay in any case.
    """
    listed = list(editions)
    stay = {publication.edition for publication in publications}
    stay |= set({edition.month: edition.number for edition in listed}.values())
    stay |= {edition.number for edition in listed[max(len(listed) - keep, 0) :]}
    return [edition for edition in listed if edition.number in stay]


def prune(store: Store, results: ResultFiles, *, keep: int = KEPT_LAST, dry_run: bool = False) -> Removed:
    """
    Remove the editions that need not stay, the results that no other names, and their files.

    The ledger forgets them in one transaction; then the files go. A process that is killed in between leaves files
    that nothing names, which the next call removes. The caller holds the store's lock.

    Args:
        store: the store.
        results: its result files.
        keep: how many of the last editions stay in any case.
        dry_run: remove nothing.
    """
    editions = store.editions()
    kept = kept_editions(editions, store.publications(), keep)
    numbers = {edition.number for edition in kept}
    removed = tuple(edition for edition in editions if edition.number not in numbers)
    digests = {digest for edition in kept for digest in named_digests(edition)}
    unnamed = [(path, path.stat().st_size) for path in results.stored() if path.stem not in digests]
    count = store.remove_editions([edition.number for edition in removed], digests, dry_run=dry_run)
    if not dry_run:
        results.sweep()
        for path, _ in unnamed:
            path.unlink(missing_ok=True)
    return Removed(removed, count, len(unnamed), sum(size for _, size in unnamed))


def named_digests(edition: Edition) -> set[str]:
    """Return the digests of the result tables that an edition names."""
    manifest = Manifest.model_validate_json(edition.manifest)
    tables = (manifest.dimensions, *manifest.months.values())
    return {entry.digest for named in tables for entry in named.values()}
