"""Which engine a build runs on: opened and checked before any work, and nothing of it left behind."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.engine.protocol import Engine
from partnerlens.engine.spark import SparkCluster
from partnerlens.errors import UsageError
from partnerlens.store import Store

ENGINES = ("duckdb", "spark")
"""The engines that a build can run on."""


@contextmanager
def engine_of_build(
    name: str, store: Store, *, remote: str | None, on_wait: Callable[[str], None] | None
) -> Iterator[Callable[[], Engine]]:
    """
    Give what opens the engine of one pass, and hold the store's write lock meanwhile.

    The engine is reached before the lock is taken. What a killed build left in the scratch folder is removed first.

    Args:
        name: ``duckdb`` or ``spark``.
        store: the workspace's store.
        remote: the address of a Spark Connect server; None for a session on this machine.
        on_wait: told who is writing when another process holds the store.

    Raises:
        UsageError: there is no such engine, or the embedded one is given an address.
        ResourceError: the engine is not installed, cannot be reached or cannot be used.
    """
    if name not in ENGINES:
        raise UsageError(f"there is no engine '{name}'", f"builds run on {' or '.join(ENGINES)}")
    scratch = store.layout.scratch
    if name == "duckdb":
        if remote is not None:
            raise UsageError("the engine 'duckdb' runs in this process and has no address", "add --engine spark")
        with store.write_lock(on_wait=on_wait):
            shutil.rmtree(scratch, ignore_errors=True)
            yield DuckDBEngine
        return
    with SparkCluster.open(remote) as cluster, store.write_lock(on_wait=on_wait):
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        try:
            cluster.check_storage(scratch)
            yield lambda: cluster.engine(scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
