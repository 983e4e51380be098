"""Where results are kept and made: the ledger and the files, the facts, the engine, and who is told of progress."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from partnerlens.engine.protocol import Engine
from partnerlens.progress import Progress
from partnerlens.store import Snapshot, Store
from partnerlens.store.result_files import ResultFiles


@dataclass(frozen=True)
class Making:
    """
    The surroundings of a build.

    Attributes:
        store: the ledger of results; the caller holds its write lock.
        files: the result tables.
        snapshot: the facts; a replay takes those of an earlier load.
        engine: opens the engine of one pass.
        progress: told of each step.
        near_scan: whether kernels make the largest parts; None: where they pay.
    """

    store: Store
    files: ResultFiles
    snapshot: Snapshot
    engine: Callable[[], Engine]
    progress: Progress
    near_scan: bool | None = None

    def held(self, keys: Iterable[str]) -> set[str]:
        """Return the keys whose results are there, with files that are whole."""
        return {
            key
            for key, record in self.store.results_find(set(keys)).items()
            if self.files.holds(record.digest, record.size_bytes)
        }
