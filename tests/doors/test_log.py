"""The server's log: lines of JSON that stay whole where several processes write to one file."""

import io
import json

from partnerlens.server.watch import make_log


class Pieces(io.RawIOBase):
    """A file that remembers in which pieces it was written."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        super().__init__()
        self.written: list[bytes] = []

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def write(self, data) -> int:
        """Remember a piece."""
        self.written.append(bytes(data))
        return len(data)


def test_a_line_is_written_in_one_piece():
    """Another process may write between two pieces, and never within one."""
    file = Pieces()
    # As Python opens standard error with PYTHONUNBUFFERED, which containers often set.
    stream = io.TextIOWrapper(file, write_through=True, line_buffering=True, encoding="utf-8")
    log = make_log(stream)

    log.info("request", route="/partners/{partner_id:path}", ms=1.5)
    log.error("bug", error="ValueError", trace=["x" * 2000])

    assert len(file.written) == 2
    assert [json.loads(piece)["event"] for piece in file.written] == ["request", "bug"]
    assert [piece.endswith(b"}\n") for piece in file.written] == [True, True]
