"""A load that is killed, starved or disturbed leaves the state before or the state after, never one between."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from partnerlens.errors import ResourceError
from partnerlens.store import Store

SEATS = "month,subscription_id,state,sold_seats,assigned_seats\n"

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from partnerlens.ingest import LoadSettings, load_file
from partnerlens.store import Store

{before}
store = Store.open(Path(sys.argv[1]))
print("ready", flush=True)
{then}
try:
    load_file(
        store, Path(sys.argv[2]), settings=LoadSettings(), now=datetime(2026, 7, 1, tzinfo=UTC),
        on_wait=lambda holder: print("waits for", holder, flush=True),
    )
except Exception as error:
    print(type(error).__name__, error, flush=True)
else:
    print("done", flush=True)
"""


def start(workspace: Any, path: Path, before: str = "", then: str = "") -> subprocess.Popen[str]:
    """Start a process that loads a file, with lines to run before and after it opens the store."""
    program = PROGRAM.format(before=textwrap.dedent(before), then=then)
    return subprocess.Popen(
        [sys.executable, "-c", program, str(workspace.home), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> list[str]:
    """Return what a process printed until it ended."""
    output, _ = process.communicate(timeout=60)
    return output.splitlines()


def many_seats(workspace: Any, sold: int = 5) -> Path:
    """Write a correction of every month of two years for both subscriptions."""
    months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
    rows = "".join(f"{month},{name},active,{sold},1\n" for month in months for name in ("S1", "S2"))
    return Path(workspace.file(f"seats-{sold}.csv", SEATS + rows))


def state(workspace: Any) -> Any:
    """Return everything that a reader can see."""
    store = workspace.store
    return (store.loads(), store.quarantine(released=True), workspace.facts("seats"), store.snapshot())


def leftovers(workspace: Any) -> list[Path]:
    """Return the Parquet files that the ledger does not know."""
    known = {path for load in [None] for path in workspace.store.snapshot(load).files("seats")}
    return [path for path in (workspace.home / "store" / "facts" / "seats").rglob("*.parquet") if path not in known]


def limit_bytes(size: int) -> str:
    """Return the lines that keep a process from making files larger than this, as a full disk would."""
    return f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"


KILL = """
import os, signal
from partnerlens.{module} import {name}
inner = {name}.{method}
def dying(self, *values, **options):
    if "{when}" == "after":
        inner(self, *values, **options)
    os.kill(os.getpid(), signal.SIGKILL)
{name}.{method} = dying
"""

POINTS = [
    ("engine.duckdb", "DuckDBEngine", "add_stream", "after"),
    ("engine.duckdb", "DuckDBEngine", "write_parquet", "after"),
    ("store.writer", "Writer", "commit", "before"),
    ("store.ledger", "Ledger", "writing", "before"),
    ("store.writer", "Writer", "commit", "after"),
]


@pytest.mark.parametrize("point", POINTS, ids=[" ".join(point[2:]) for point in POINTS])
def test_killed_load_leaves_before_or_after(filled: Any, point: Sequence[str]) -> None:
    """A load killed at any step is either not there or there as a whole, and the next load clears up."""
    path = many_seats(filled)
    before = state(filled)
    module, name, method, when = point

    process = start(filled, path, KILL.format(module=module, name=name, method=method, when=when))
    said(process)

    assert process.returncode == -signal.SIGKILL
    is_done = method == "commit" and when == "after"
    assert (state(filled) == before) is not is_done
    assert len(filled.facts("seats")) == (48 if is_done else 0)
    report = filled.load(path.name, path.read_bytes())
    assert (report.already_loaded is not None) is is_done
    assert len(filled.facts("seats")) == 48
    assert leftovers(filled) == []


def test_load_killed_at_random_moments(filled: Any) -> None:
    """Killed again and again at other moments, corrections end as a whole or not at all."""
    first = many_seats(filled, 1)
    filled.load(first.name, first.read_bytes())
    for attempt in range(5):
        sold = attempt + 2
        process = start(filled, many_seats(filled, sold))
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.08 * attempt)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()

        found = {row[3] for row in filled.facts("seats")}
        assert len(found) == 1
        assert len(filled.facts("seats")) == 48


def test_full_disk_changes_nothing(filled: Any) -> None:
    """When no file can grow any more the load ends with an error in words and the state before."""
    path = many_seats(filled)
    rows = path.read_text() + "".join(f"2027-01,{name * 50},gone,1,1\n" for name in map(str, range(1000, 3000)))
    path.write_text(rows)
    before = state(filled)

    lines = said(start(filled, path, then=limit_bytes(300_000)))

    assert len(lines) == 2
    assert lines[1].startswith("ResourceError ")
    assert state(filled) == before
    assert filled.balance(filled.load(path.name, path.read_bytes()))[1] == 48


def test_full_disk_for_facts_changes_nothing(filled: Any) -> None:
    """When a Parquet file cannot be written the load ends with an error in words and the state before."""
    path = many_seats(filled)
    before = state(filled)

    lines = said(start(filled, path, then=limit_bytes(300)))

    assert len(lines) == 2
    assert lines[1].startswith("ResourceError ")
    assert state(filled) == before


def test_second_load_waits_for_the_first(filled: Any) -> None:
    """While one process writes, another says whom it waits for, and then loads too."""
    path = many_seats(filled)
    with filled.store.write_lock(0):
        process = start(filled, path)
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(2)]
        assert process.poll() is None
    rest = said(process)

    assert lines == ["ready", f"waits for process {os.getpid()}"]
    assert rest == ["done"]
    assert len(filled.facts("seats")) == 48


def test_second_load_gives_up_in_the_end(filled: Any, make_workspace: Any) -> None:
    """A writer that waits too long says who holds the store."""
    waited: list[str] = []
    expected = rf"is being written by process {os.getpid()}, for more than 0\.2 seconds"
    with filled.store.write_lock(0), Store.open(filled.home) as other:
        waiting = other.write_lock(0.2, waited.append)
        with pytest.raises(ResourceError, match=expected), waiting:
            pass
    assert waited == [f"process {os.getpid()}"]


def test_readers_read_while_a_load_runs(filled: Any) -> None:
    """A snapshot taken before a correction stays readable and unchanged after it."""
    first = many_seats(filled, 1)
    filled.load(first.name, first.read_bytes())
    snapshot = filled.store.snapshot()

    second = many_seats(filled, 2)
    filled.load(second.name, second.read_bytes())

    assert all(path.exists() for path in snapshot.files("seats"))
    assert snapshot.rows("seats") == filled.store.snapshot().rows("seats") == 48
    assert set(snapshot.files("seats")).isdisjoint(filled.store.snapshot().files("seats"))
