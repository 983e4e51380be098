"""No row is lost or counted twice, whatever is in the file."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_workspace import Workspace

HEAD = "month,subscription_id,state,sold_seats,assigned_seats\n"

cells = st.tuples(
    st.sampled_from(["2025-01", "2025-02", "2025-13", "", '"2025-01\n"']),
    st.sampled_from(["S1", "S2", "S9", " S1 ", ""]),
    st.sampled_from(["active", "ACTIVE", "gone"]),
    st.sampled_from(["1", "2", "1.0", "-1", "x"]),
    st.sampled_from(["0", "1"]),
)
rows = st.one_of(
    cells.map(lambda row: ",".join(row).encode()),
    st.sampled_from([b"", b"a,b", b"1,2,3,4,5,6", b"2025-01,S1,active,\xff,1", b"2025-01,S1,active,\x00,1"]),
)
files = st.lists(st.tuples(rows, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=12)


@given(st.lists(files, min_size=1, max_size=3))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_balance(base_home: Any, contents: list[list[tuple[bytes, bytes]]]) -> None:
    """For random files with random defects, rows in are loaded, duplicate, replaced or quarantined, each once."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(base_home, Path(folder) / "home")
        workspace = Workspace(Path(folder))
        for content in contents:
            data = HEAD.encode() + b"".join(row + end for row, end in content)
            report = workspace.load("seats.csv", data)
            rows_in, loaded, duplicate, replaced, quarantined = workspace.balance(report)

            assert rows_in == sum(row != b"" for row, _ in content)
            assert rows_in == loaded + duplicate + replaced + quarantined
            if report.already_loaded is None:
                ordinals = {entry.ordinal for entry in workspace.store.quarantine(report.load)}
                assert ordinals == set(range(1, quarantined + 1))
        held = workspace.facts("seats")
        assert len({row[:2] for row in held}) == len(held)
        loaded_rows = sum(b.loaded for load in workspace.store.loads() for b in load.balances if b.table == "seats")
        assert loaded_rows == len(held)
        workspace.store.close()
