"""The header of a file: its columns by name, in whatever way they are written."""

import re
from collections.abc import Sequence


class Header:
    """
    The columns of a file, found by name whatever the case, and whether or not words are joined by blanks or lines.

    Args:
        names: the columns' names, as written.
    """

    def __init__(self, names: Sequence[str]) -> None:
        """Remember the place of each name."""
        self.names = names
        self._places: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            self._places.setdefault(_bare(name), []).append(number)

    def place(self, alternatives: Sequence[str]) -> int | None:
        """Return the place of the first of some names that the file has; None when it has none of them."""
        return next((self._places[_bare(name)][0] for name in alternatives if _bare(name) in self._places), None)

    def has(self, name: str) -> bool:
        """Return whether the file has a column."""
        return _bare(name) in self._places

    def ambiguous(self, alternatives: Sequence[str]) -> list[str]:
        """Return the columns, as written, that one of some names could mean as well as another column."""
        places = next((self._places[_bare(name)] for name in alternatives if self.has(name)), [])
        return [self.names[place] for place in places] if len(places) > 1 else []


def _bare(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()
