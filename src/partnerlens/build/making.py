"""Where results are kept and made: the ledger and the files, the facts, the engine, and who is told of progress."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from partnerlens.build.kernels.kept_use import KeptUse
from partnerlens.build.kernels.parts import kernels_pay
from partnerlens.build.span import Span
from partnerlens.compiled import kernels_are_installed
from partnerlens.engine.duckdb import DuckDBEngine
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

    @cached_property
    def use(self) -> KeptUse:
        """The use of the store's users, for kernels."""
        return KeptUse(self.store.layout.use, self.snapshot)

    def held(self, keys: Iterable[str]) -> set[str]:
        """Return the keys whose results are there, with files that are whole."""
        return {
            key
            for key, record in self.store.results_find(set(keys)).items()
            if self.files.holds(record.digest, record.size_bytes)
        }

    def is_near_scan(self, engine: Engine, span: Span) -> bool:
        """
        Whether kernels make the largest parts of a pass: they are installed, and it reads so much that they pay.

        They read files of this machine, so another engine than the embedded one keeps to its own steps.
        """
        if self.near_scan is not None:
            return self.near_scan
        return isinstance(engine, DuckDBEngine) and kernels_are_installed() and kernels_pay(self.snapshot, span)
