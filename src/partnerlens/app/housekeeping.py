"""What keeps a store small: removing old editions, and merging small files of facts."""

from collections.abc import Callable
from pathlib import Path

from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.errors import UsageError
from partnerlens.model.edition import Manifest
from partnerlens.store import Store
from partnerlens.store.compaction import Compacted, compact
from partnerlens.store.result_files import ResultFiles
from partnerlens.store.retention import KEPT_LAST, Removed, prune


class Housekeeping:
    """The verbs of a workspace that keep its store small; readers of published editions notice nothing."""

    home: Path
    _store: Store

    def prune(
        self, *, keep: int = KEPT_LAST, dry_run: bool = False, on_wait: Callable[[str], None] | None = None
    ) -> Removed:
        """
        Remove old editions, with results and files that no edition names any more.

        Editions stay that were ever published, that are the latest of their month, or that are among the last.

        Args:
            keep: how many of the last editions stay in any case.
            dry_run: say what would go, and remove nothing.
            on_wait: told who is writing when another process holds the store.

        Raises:
            UsageError: ``keep`` is below 0.
            ResourceError: the store stays busy.
        """
        if keep < 0:
            raise UsageError(f"'{keep}' editions cannot be kept", "keep 0 or more")
        with self._store.write_lock(on_wait=on_wait):
            return prune(self._store, ResultFiles(self.home), keep=keep, dry_run=dry_run)

    def compact(self, *, dry_run: bool = False, on_wait: Callable[[str], None] | None = None) -> Compacted:
        """
        Merge the small files of each table and month, and remove replaced ones that no edition rests on.

        The facts stay the same, as they stand and as of the load of every edition.

        Args:
            dry_run: say what would be done, and change nothing.
            on_wait: told who is writing when another process holds the store.

        Raises:
            ResourceError: no space, or the store stays busy.
        """
        with self._store.write_lock(on_wait=on_wait), DuckDBEngine() as engine:
            manifests = [Manifest.model_validate_json(edition.manifest) for edition in self._store.editions()]

            def merge(
                table: str, files: list[Path], columns: dict[str, str], order: tuple[str, ...], target: Path
            ) -> None:
                engine.scan(table, files, columns)
                keys = ", ".join(f'"{name}" ASC NULLS FIRST' for name in order)
                engine.write_parquet(f'SELECT * FROM "{table}" ORDER BY {keys}', target)

            kept = {load for manifest in manifests for load in _rests_on(manifest)}
            return compact(self._store, kept, merge, dry_run=dry_run)


def _rests_on(manifest: Manifest) -> list[int]:
    """The load as of which an edition's facts are read; versions that kept no such number left the loads they read."""
    if manifest.last_load is not None:
        return [manifest.last_load]
    return [max(number for number, _ in manifest.loads)] if manifest.loads else []
