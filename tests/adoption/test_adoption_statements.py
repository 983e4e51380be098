"""The SQL of adoption reads like that of the build: one SELECT a file, of our own names, for every engine."""

import re
from pathlib import Path

import pytest

import partnerlens
from partnerlens.adoption.statement import adoption_sql, statement_names

FOLDER = Path(partnerlens.__file__).parent / "adoption" / "sql"
FOREIGN = {
    "QUALIFY": r"\bqualify\b",
    "a cast with colons": r"::",
    "GROUP BY ALL": r"\b(group|order)\s+by\s+all\b",
    "a semi or anti join": r"\b(semi|anti|asof|positional)\s+join\b",
    "FILTER of an aggregate": r"\bfilter\s*\(\s*where\b",
    "USING": r"\busing\s*\(",
    "IS DISTINCT FROM": r"\bis\s+(not\s+)?distinct\s+from\b",
    "a clock or chance": r"\b(now|today|current_date|current_timestamp|random|uuid)\b\s*\(",
    "a file": r"\b(read_\w+|glob|copy|attach|install|load|pragma|set)\b\s*[\('\"]",
    "several statements": r";",
    "binary floating point": r"\b(float|double|real)\b",
    "an answer that depends on the order of rows": r"\b(first|last|any_value|arbitrary|limit)\b\s*[\(\d]",
}
"""What one engine has and another lacks, or what would make a result depend on chance."""


def statement(name: str) -> str:
    """Return a rendered file without comments and texts in quotes, in small letters."""
    sql = re.sub(r"--[^\n]*", "", adoption_sql(name))
    return re.sub(r"'[^']*'", "''", sql).lower()


@pytest.mark.parametrize("name", statement_names())
def test_file_is_one_portable_select(name: str) -> None:
    """A file is a SELECT without what only one engine understands."""
    sql = statement(name)

    assert re.match(r"\s*(select|with)\b", sql)
    assert [what for what, pattern in FOREIGN.items() if re.search(pattern, sql)] == []


@pytest.mark.parametrize("name", statement_names())
def test_file_says_what_it_is_for_and_puts_nothing_in(name: str) -> None:
    """A file opens with a comment in words, after what it imports; only macros of the build are put in."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    without_imports = re.sub(r"(?s)^(\{%.*?%\}[^\n]*\n)+", "", text)

    assert without_imports.startswith("-- ")
    assert {put.split(".")[0].strip() for put in re.findall(r"\{\{(.*?)\}\}", text)} <= {"billing"}
