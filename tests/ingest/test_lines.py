"""The line of each record, against a reader that goes character by character."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from partnerlens.ingest.delimited import DelimitedSource
from partnerlens.ingest.lines import LineTracker

PIECES = ["a", ",", '"', '"', "\n", "\r\n", "\r", "a,b\n", '"x\ny",z\n', '"q""q",1\r\n', " "]

bodies = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def records(text: str) -> list[tuple[int, int]] | None:  # noqa: C901 - one loop is easier to trust
    """Return line and number of cells of each record; None when a quote stays open."""
    found: list[tuple[int, int]] = []
    place, line, start, cells, state = 0, 2, 2, 0, "between"
    while place < len(text):
        mark = text[place]
        is_end = mark in "\r\n"
        width = 2 if text[place : place + 2] == "\r\n" else 1
        if state == "between" and not is_end:
            start, cells, state = line, 1, "cell start"
        if state == "quoted":
            if mark == '"' and text[place : place + 2] == '""':
                width = 2
            elif mark == '"':
                state = "cell"
        elif mark == '"' and state == "cell start":
            state = "quoted"
        elif mark == ",":
            cells, state = cells + 1, "cell start"
        elif is_end and state != "between":
            found.append((start, cells))
            state = "between"
        elif not is_end:
            state = "cell"
        line += int(is_end)
        place += width
    if state == "quoted":
        return None
    return found if state == "between" else [*found, (start, cells)]


@given(bodies)
@settings(max_examples=150, deadline=None)
def test_lines_of_records(body: str) -> None:
    """Rows and rejected rows have the lines on which they start, whatever the quotes, line ends and blank lines."""
    expected = records(body)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(b"h1,h2\n" + body.encode())
        source = DelimitedSource(path)
        if expected is not None:
            rows = [row for batch in source.batches([0, 1]) for row in batch.to_pylist()]
            found = sorted((row["line"], row["defect"] is None) for row in rows)

            assert found == [(line, cells == 2) for line, cells in expected]
        source.close()


@given(bodies, st.integers(1, 7))
@settings(max_examples=150, deadline=None)
def test_lines_do_not_depend_on_blocks(body: str, size: int) -> None:
    """The lines are the same however the bytes are cut into blocks."""
    whole = LineTracker(b",", 1).starts(body.encode()).tolist()
    tracker = LineTracker(b",", 1)
    data = body.encode()

    parts = [
        line for start in range(0, len(data), size) for line in tracker.starts(data[start : start + size]).tolist()
    ]

    assert parts == whole
