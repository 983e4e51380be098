"""Every key of a TOML text is found on the line that it stands on, and a file laid over another keeps both apart."""

from decimal import Decimal
from typing import Any

import pytest

from partnerlens.errors import DefinitionError
from partnerlens.toml import Document, read_toml

HARD = '''\
# a comment with [brackets] and "quotes"
plain = 1 # [not.a.table]
"quoted key" = 'a # b = c'
dotted.key . deep = "x = [1, 2]"
numbers = [
    1, # one
    2.50,
    [3, { inside = [4] }],
]
inline = { a = 1, b.c = { d = "}" }, e = [] }
text = """
fake = 1
[fake]
a \\""" b"""
literal = \'\'\'
fake = "
\'\'\'
day = 2021-02-04 # a date
moment = 2021-02-04 10:00:00

[table.sub]
key = true

[[list]]
name = "first"
inner.x = 1
[[list.deep]]
y = 1
[[list.deep]]
y = 2
[list.tail]
z = ""

[[list]]
name = "second"
[[list.deep]]
y = 3
'''


def places(value: Any, place: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return every place of a document."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = {place} if place else set()
    return found.union(*(places(inner, (*place, key)) for key, inner in entries))


def test_every_place_of_a_hard_text_has_a_line() -> None:
    """Comments, texts over several lines, inline tables and lists of tables do not lead the reader astray."""
    document = read_toml(HARD, origin="hard.toml")

    assert set(document.lines) == places(document.data)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("plain",), 2),
        (("quoted key",), 3),
        (("dotted", "key", "deep"), 4),
        (("numbers", 1), 7),
        (("numbers", 2, 1, "inside", 0), 8),
        (("inline", "b", "c", "d"), 10),
        (("text",), 11),
        (("literal",), 15),
        (("day",), 18),
        (("table",), 21),
        (("table", "sub", "key"), 22),
        (("list",), 24),
        (("list", 0, "inner", "x"), 26),
        (("list", 0, "deep", 1, "y"), 30),
        (("list", 0, "tail", "z"), 32),
        (("list", 1), 34),
        (("list", 1, "deep", 0, "y"), 37),
    ],
)
def test_a_key_is_found_on_its_line(place: tuple[str | int, ...], line: int) -> None:
    """Lines count from 1; a member of a list has the line that it begins on."""
    document = read_toml(HARD, origin="hard.toml")

    assert document.where(place) == f"hard.toml, line {line}"


def test_windows_line_ends_count_once() -> None:
    """A carriage return before a line's end is no line of its own."""
    document = read_toml("a = 1\r\n\r\nb = 2\r\n", origin="w.toml")

    assert document.where(("b",)) == "w.toml, line 3"


def test_what_is_missing_is_told_where_it_should_be() -> None:
    """A place that does not exist has the line of the nearest table around it; the whole has none."""
    document = read_toml("[a.b]\nc = 1\n", origin="m.toml")

    assert document.where(("a", "b", "d")) == "m.toml, line 1"
    assert document.where(("x",)) == "m.toml"


def test_numbers_are_read_exactly() -> None:
    """A fraction is the decimal that is written, not the nearest binary one."""
    document = read_toml("a = 0.1\nb = 30_000.50\n", origin="n.toml")

    assert document.data == {"a": Decimal("0.1"), "b": Decimal("30000.50")}


def test_a_text_that_is_no_toml_is_told_with_its_place() -> None:
    """The reader's own words say the line."""
    with pytest.raises(DefinitionError, match=r"^x\.toml: this is not TOML: .*line 2"):
        read_toml("a = 1\nb = \n", origin="x.toml")


def laid(base: str, own: str) -> Document:
    """Return one text laid over another, without its key ``note``."""
    return read_toml(own, origin="own").over(read_toml(base, origin="base"), own=["note"])


def test_tables_merge_and_everything_else_replaces() -> None:
    """A key of the upper file wins, a list replaces a list as a whole, and what only one of them has stays."""
    document = laid(
        'note = "old"\n[t]\na = 1\nb = [1, 2]\n[t.u]\nx = 1\ny = 2\n',
        "[t]\nb = [3]\nu = { y = 5 }\nc = 9\n",
    )

    assert document.data == {"t": {"a": 1, "b": [3], "u": {"x": 1, "y": 5}, "c": 9}}


def test_each_key_keeps_the_file_that_it_comes_from() -> None:
    """Lines of what was replaced are gone with it."""
    document = laid("[t]\na = 1\nb = [1, 2]\n[[l]]\nx = 1\n[[l]]\nx = 2\n", "[t]\nb = [3]\n[[l]]\ny = 1\n")

    assert document.where(("t", "a")) == "base, line 2"
    assert document.where(("t", "b", 0)) == "own, line 2"
    assert document.where(("t", "b", 1)) == "own, line 2"
    assert document.where(("l", 0, "x")) == "own, line 3"
    assert document.where(("l", 1, "x")) == "own, line 3"


def test_a_table_that_becomes_a_number_leaves_nothing_behind() -> None:
    """A threshold by class that is replaced by one number has no lines of classes left."""
    document = laid("[t]\na = { x = 1, y = 2 }\n", "t.a = 5\n")

    assert document.data == {"t": {"a": 5}}
    assert document.where(("t", "a", "x")) == "own, line 1"
