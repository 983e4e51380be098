"""On which line of a text file each record starts, also after quoted line ends and blank lines."""

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]

LINE_FEED, RETURN, QUOTE = 10, 13, 34


class LineTracker:
    """
    Follows the bytes of a delimited file and gives the line on which each record starts.

    The rules are those of the reader of the records: a quote opens a cell only at its start, is doubled inside
    it, and a line without any byte is no record.

    Args:
        delimiter: the byte between cells.
        line: the number of the first line, from 1.

    Attributes:
        has_nul: whether a NUL byte was seen.
        open_line: the line of the quote that is open at the end of what was seen; None when none is.
        last_line: the line on which the last record starts.
    """

    def __init__(self, delimiter: bytes, line: int) -> None:
        """Start at the beginning of a line."""
        self._field_starts = np.frombuffer(delimiter + b"\n\r", np.uint8)
        self._line = line
        self._previous = LINE_FEED
        self._is_record_start = True
        self._inside = False
        self._closed_last = False
        self.has_nul = False
        self.open_line: int | None = None
        self.last_line = line

    def starts(self, chunk: bytes) -> Positions:
        """Return the lines on which the records that start in the next bytes of the file start."""
        if not chunk:
            return np.empty(0, np.int64)
        data = np.frombuffer(chunk, np.uint8)
        self.has_nul = self.has_nul or b"\0" in chunk
        skipped = int(self._previous == RETURN and chunk[0] == LINE_FEED)
        ends = self._ends(chunk, data)[skipped:]
        toggles = self._toggles(chunk, data)
        outer = np.ones(len(ends), bool)
        if len(toggles) or self._inside:
            outer = (np.searchsorted(toggles, ends) + int(self._inside)) % 2 == 0
        begins = ends[outer] + 1
        lines = self._line + np.flatnonzero(outer) + 1
        if self._is_record_start:
            begins = np.concatenate(([skipped], begins))
            lines = np.concatenate(([self._line], lines))
        self._is_record_start = bool(len(begins)) and int(begins[-1]) == len(data)
        present = begins < len(data)
        first_bytes = data[begins[present]]
        found: Positions = lines[present][(first_bytes != LINE_FEED) & (first_bytes != RETURN)]
        self._advance(data, ends, toggles)
        if len(found):
            self.last_line = int(found[-1])
        return found

    def _ends(self, chunk: bytes, data: npt.NDArray[np.uint8]) -> Positions:
        """The last byte of each line end; a return at the end of the chunk counts, its line feed is skipped later."""
        feeds = np.flatnonzero(data == LINE_FEED)
        if b"\r" not in chunk:
            return feeds
        returns = np.flatnonzero(data == RETURN)
        following = np.append(data[1:], 0)[returns]
        return np.sort(np.concatenate((feeds, returns[following != LINE_FEED])))

    def _toggles(self, chunk: bytes, data: npt.NDArray[np.uint8]) -> Positions:
        """The positions of the quotes that open or close a cell."""
        if b'"' not in chunk:
            return np.empty(0, np.int64)
        quotes = np.flatnonzero(data == QUOTE)
        before = np.where(quotes > 0, data[quotes - 1], self._previous)
        opening = (np.arange(len(quotes)) + int(self._inside)) % 2 == 0
        allowed = np.isin(before, self._field_starts) | ((before == QUOTE) & self._may_reopen(quotes))
        return quotes if bool(np.all(allowed[opening])) else self._slow_toggles(quotes, before)

    def _may_reopen(self, quotes: Positions) -> npt.NDArray[np.bool_]:
        allowed = np.ones(len(quotes), bool)
        if quotes[0] == 0:
            allowed[0] = self._closed_last
        return allowed

    def _slow_toggles(self, quotes: Positions, before: npt.NDArray[np.uint8]) -> Positions:
        """The same for cells with stray quotes, one by one."""
        starts = set(self._field_starts.tolist())
        inside = self._inside
        closed_at = -1 if self._closed_last else -2
        toggles = []
        for position, previous in zip(quotes.tolist(), before.tolist(), strict=True):
            if inside:
                inside, closed_at = False, position
            elif previous in starts or closed_at == position - 1:
                inside = True
            else:
                continue
            toggles.append(position)
        return np.array(toggles, np.int64)

    def _advance(self, data: npt.NDArray[np.uint8], ends: Positions, toggles: Positions) -> None:
        self._inside = bool((len(toggles) + int(self._inside)) % 2)
        self._closed_last = bool(len(toggles)) and not self._inside and int(toggles[-1]) == len(data) - 1
        if not self._inside:
            self.open_line = None
        elif len(toggles):
            self.open_line = self._line + int(np.searchsorted(ends, toggles[-1]))
        self._line += len(ends)
        self._previous = int(data[-1])
