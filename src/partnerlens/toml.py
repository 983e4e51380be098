"""Reads TOML with the file and line of every key, and lays one file over another."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from partnerlens.errors import DefinitionError

Place = tuple[str | int, ...]
"""Where something stands in a definition: the keys that lead to it, and positions in lists from 0."""


@dataclass(frozen=True)
class Fault:
    """
    What is wrong at one place of a definition.

    Attributes:
        place: where; a place that does not exist stands for the nearest one around it.
        text: the fault in words, with the name and the value in quotes.
    """

    place: Place
    text: str


@dataclass(frozen=True, eq=False)
class Document:
    """
    The tables of a definition, with the file and line of each key. A document equals itself alone.

    Attributes:
        origin: the file as the user knows it.
        data: the tables; numbers with a fraction are decimals, exactly as they are written.
        lines: for each place, the file and the line that it comes from.
    """

    origin: str
    data: dict[str, Any]
    lines: Mapping[Place, tuple[str, int]]

    def where(self, place: Place) -> str:
        """Return the file and line of a place, or of the nearest one around it."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                origin, line = self.lines[place[:length]]
                return f"{origin}, line {line}"
        return self.origin

    def over(self, base: "Document", *, own: Iterable[str] = ()) -> "Document":
        """
        Return the tables of another document with those of this one merged in.

        Tables merge key by key; everything else replaces what was there, lists as a whole.

        Args:
            base: the other document.
            own: keys of the whole that are not taken from it.
        """
        left_out = set(own)
        data = {key: value for key, value in base.data.items() if key not in left_out}
        lines = {place: line for place, line in base.lines.items() if place[0] not in left_out}
        merged = _merged(data, self.data)
        kept = {place: line for place, line in lines.items() if not _is_replaced(place, data, self.data)}
        return Document(self.origin, merged, {**kept, **self.lines})

    def report(self, faults: Iterable[Fault]) -> list[str]:
        """Return faults as lines of text, this file's own first, in order of their lines, each once."""
        placed = [(self._order(fault.place), f"{self.where(fault.place)}: {fault.text}") for fault in faults]
        return list(dict.fromkeys(text for _, text in sorted(placed, key=lambda item: item[0])))

    def _order(self, place: Place) -> tuple[bool, str, int]:
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                origin, line = self.lines[place[:length]]
                return origin != self.origin, origin, line
        return False, self.origin, 0


@lru_cache(maxsize=512)
def read_toml(text: str, *, origin: str) -> Document:
    """
    Return the tables of a TOML text, with their lines; the same text is read once, so nobody may change them.

    Raises:
        DefinitionError: it is not TOML.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{origin}: this is not TOML: {error}") from error
    lines = _Lines(text.replace("\r\n", "\n")).found
    return Document(origin, data, {place: (origin, line) for place, line in lines.items()})


def dotted(place: Place) -> str:
    """
    Return a place as its reader writes it.

    >>> dotted(("tiers", 0, "points"))
    'tiers.0.points'
    """
    return ".".join(str(part) for part in place)


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return merged


def _is_replaced(place: Place, base: Any, own: Any) -> bool:
    """Whether a place of the base is gone, because the other one replaces it or what it is part of."""
    for part in place:
        if not isinstance(base, dict) or not isinstance(own, dict):
            return True
        if part not in own:
            return False
        base, own = base[part], own[part]
    return not isinstance(base, dict) or not isinstance(own, dict)


class _Lines:
    """Finds the line of every key and list member of a text that is known to be TOML."""

    _KEY = re.compile(r"""[ \t]*([\w-]+|"(?:\\.|[^"\\])*"|'[^']*')[ \t]*(\.?)""")
    _STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
    _BARE = re.compile(r"[^,\]}#\n]+")
    _BLANK = re.compile(r"(?:\s+|#[^\n]*)+")

    def __init__(self, text: str) -> None:
        self.found: dict[Place, int] = {}
        self._text = text
        self._at = 0
        self._ends = [match.end() for match in re.finditer("\n", text)]
        self._members: dict[Place, int] = {}
        self._read()

    def _read(self) -> None:
        table: Place = ()
        self._skip()
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _header(self) -> Place:
        depth = 2 if self._text.startswith("[[", self._at) else 1
        self._at += depth
        place: Place = ()
        for key in self._keys():
            if place in self._members:
                place = (*place, self._members[place])
            place = self._mark((*place, key))
        self._at = self._text.index("]", self._at) + depth
        if depth == 2:
            self._members[place] = self._members.get(place, -1) + 1
        return self._mark((*place, self._members[place])) if place in self._members else place

    def _pair(self, table: Place) -> None:
        place = table
        for key in self._keys():
            place = self._mark((*place, key))
        self._at = self._text.index("=", self._at) + 1
        self._skip()
        self._value(place)

    def _keys(self) -> list[str]:
        keys, more = [], True
        while more:
            match = self._KEY.match(self._text, self._at)
            if match is None:  # pragma: no cover - the text is known to be TOML
                raise AssertionError(self._text[self._at :])
            word, more = match[1], bool(match[2])
            keys.append(tomllib.loads(f"key = {word}")["key"] if word[0] in "\"'" else word)
            self._at = match.end()
        return keys

    def _value(self, place: Place) -> None:
        first = self._text[self._at]
        if first not in "[{":
            match = (self._STRING if first in "\"'" else self._BARE).match(self._text, self._at)
            self._at = match.end() if match else len(self._text)
            return
        self._at += 1
        self._skip()
        count = 0
        while self._text[self._at] not in "]}":
            if first == "{":
                self._pair(place)
            else:
                self._value(self._mark((*place, count)))
            count += 1
            self._skip()
            self._at += self._text[self._at] == ","
            self._skip()
        self._at += 1

    def _mark(self, place: Place) -> Place:
        self.found.setdefault(place, bisect_right(self._ends, self._at) + 1)
        return place

    def _skip(self) -> None:
        match = self._BLANK.match(self._text, self._at)
        self._at = match.end() if match else self._at
