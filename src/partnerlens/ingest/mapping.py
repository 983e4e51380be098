"""Mappings: how the columns of a source's own file become the columns of fact tables."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from partnerlens.definition import Definition, read_definition
from partnerlens.errors import DefinitionError, NotFoundError, did_you_mean
from partnerlens.ingest.formula import Formula, parse_formula
from partnerlens.ingest.kinds import NumberFormat
from partnerlens.ingest.lookup import lookup_text, lookups
from partnerlens.model.facts import TABLES, Kind

BUILT_IN = files("partnerlens") / "catalog" / "mappings"

Part = Literal["month", "first_day", "last_day"]


class ColumnSource(Definition):
    """Where the texts of one target column come from: one source column, several joined, or a constant."""

    from_: str | tuple[str, ...] | None = Field(
        None, alias="from", description="The source column; of several names the first that the file has."
    )
    join: tuple[str | tuple[str, ...], ...] = Field(
        (), description="Several source columns, joined; empty when one of them is."
    )
    with_: str = Field("|", alias="with", description="What stands between joined texts.")
    constant: str | None = Field(None, description="The same text in every row.")
    format: str | tuple[str, ...] = Field((), description="How dates are written, such as %d/%m/%Y.")
    part: Part | None = Field(
        None, description="What is taken of a date: its month, or that month's first or last day."
    )
    numbered: bool = Field(
        default=False,
        description="For the ids of lines: joined parts may be empty or missing, their dates and numbers are written "
        "in one way, and rows of the file with the same text get #2, #3, ... behind it.",
    )
    total_by: tuple[str, ...] = Field(
        (), description="Source columns; the sum of the numbers of all rows that have the same texts in them."
    )
    once_per: str | None = Field(
        None, description="For 'total_by': a source column; rows with the same text in it and one number count once."
    )
    empty: tuple[str, ...] = Field((), description="Texts that stand for nothing, ignoring case.")
    unless: str | tuple[str, ...] | None = Field(
        None, description="A source column; the text is empty where it is the same as that."
    )
    fallback: str | tuple[str, ...] | None = Field(
        None, description="A source column whose text is taken where there is none; the file may lack it."
    )
    guid: bool = Field(default=False, description="Whether GUIDs are written in small letters and without braces.")
    match: str | None = Field(None, description="A regular expression; only what it finds is taken, ignoring case.")
    values: dict[str, str] = Field(default_factory=dict, description="Texts that are replaced, ignoring case.")
    contains: dict[str, str] = Field(
        default_factory=dict,
        description="Parts of texts with what replaces the whole text, ignoring case; the first that is found holds.",
    )
    lookup: str | None = Field(
        None, description="The name of a lookup, which is asked where the two above find nothing."
    )
    otherwise: str | None = Field(None, description="The text in place of one for which nothing was found.")
    decimals: int | None = Field(
        None, ge=0, le=9, description="A number with more decimals, or with an exponent, is rounded to so many."
    )
    open: bool = Field(default=False, description="Whether a date in the years 1 and 9999 stands for none.")
    through_month_of: str | tuple[str, ...] | None = Field(
        None,
        description="A source column; the date is not before the last day of that one's month, or of its own month "
        "where that one is empty.",
    )
    default: str | None = Field(None, description="The text in place of an empty one.")
    optional: bool = Field(default=False, description="Whether the file may lack the source column; it is then empty.")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [self.from_ is not None, bool(self.join), self.constant is not None]
        if sum(given) != 1:
            raise ValueError("it needs exactly one of 'from', 'join' and 'constant'")
        if self.match is not None:
            try:
                re.compile(self.match)
            except re.error as error:
                raise ValueError(f"'match' is no regular expression: {error}") from error
        if self.lookup is not None and self.lookup not in lookups():
            known = ", ".join(lookups())
            raise ValueError(f"there is no lookup '{self.lookup}'; lookups are {known}")
        return self

    @property
    def named(self) -> tuple[tuple[str, ...], ...]:
        """The source columns that its text is made of, each with the names that it may have."""
        return tuple(map(names_of, self.join)) if self.from_ is None else (names_of(self.from_),)

    @property
    def alternatives(self) -> tuple[tuple[tuple[str, ...], bool], ...]:
        """The source columns that it reads, each with the names that it may have, and whether the file may lack it."""
        may_lack = self.optional or self.numbered
        return (
            *((names, may_lack) for names in self.named),
            *((names_of(given), self.optional) for given in (self.unless, self.through_month_of) if given is not None),
            *(((name,), False) for name in (*self.total_by, *((self.once_per,) if self.once_per else ()))),
            *((names_of(given), True) for given in (self.fallback,) if given is not None),
        )

    @property
    def formats(self) -> tuple[str, ...]:
        """The ways in which dates are written."""
        return names_of(self.format)

    @property
    def is_dated(self) -> bool:
        """Whether it says something that only dates have."""
        return bool(self.part or self.formats or self.open or self.through_month_of)


def names_of(given: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that a source column may have."""
    return (given,) if isinstance(given, str) else given


class TableMapping(Definition):
    """How one fact table is made from the rows of the file."""

    name: str = Field(description="The fact table.")
    where: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Only rows whose source column holds one of the listed texts."
    )
    where_not: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="No rows whose source column holds one of the listed texts; a column that the file lacks is empty.",
    )
    needs: tuple[str, ...] = Field((), description="Source columns without which the block makes no rows.")
    lacks: tuple[str, ...] = Field((), description="Source columns with any of which the block makes no rows.")
    skip_empty: tuple[str, ...] = Field((), description="Target columns; rows in which one is empty are left out.")
    on_conflict: Literal["reject", "last", "keep"] = Field(
        "reject",
        description="What becomes of rows with one key and other content: all are rejected, the last one holds, or the "
        "last one holds where the store has none yet.",
    )
    columns: dict[str, str | ColumnSource] = Field(description="The source of each target column.")

    def source(self, column: str) -> ColumnSource | None:
        """Return where a target column comes from; None when it stays empty."""
        found = self.columns.get(column)
        return ColumnSource.model_validate({"from": found}) if isinstance(found, str) else found


class FormulaCheck(Definition):
    """A figure of the file that has to follow from its parts; where it does not, the load says so and keeps it."""

    column: str | tuple[str, ...] = Field(
        description="The source column of the figure; of several names the first that the file has."
    )
    formula: str | tuple[str, ...] = Field(
        description="What it follows from: source columns, numbers, + - * /, rounddown and floor to two decimals; of "
        "several formulas one has to hold."
    )
    decimals: int = Field(
        0, ge=0, le=9, description="How many decimals the figure has at least, also where they are not written."
    )
    where_not: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="No rows whose source column has one of these texts in it, ignoring case."
    )

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas of which one has to hold."""
        return tuple(parse_formula(text) for text in names_of(self.formula))

    @model_validator(mode="after")
    def _is_formula(self) -> Self:
        _ = self.formulas
        return self


class MappingFile(Definition):
    """The content of a mapping file."""

    description: str = Field("", description="What the mapping is for.")
    title: str = Field("", description="What the file is called where it comes from.")
    documented: tuple[str, ...] = Field(
        (), description="The columns that such a file is said to have, by which it is recognised."
    )
    distinctive: tuple[str, ...] = Field((), description="Columns without which a file is not recognised.")
    encoding: str | None = Field(None, description="The file's encoding; UTF-8 when not given.")
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="The character between cells.")
    decimal: str = Field(".", pattern=r"^[.,]$", description="The character before decimals.")
    thousands: str = Field(
        "", pattern=r"^[., '\u00a0\u2019]?$", description="The character between groups of three digits."
    )
    date_format: str | tuple[str, ...] = Field((), description="How dates are written, such as %d/%m/%Y.")
    other_date_format: str | tuple[str, ...] = Field(
        (),
        description="How dates are written in files in which fewer dates can be read as 'date_format' says; for forms "
        "that differ in the order of day and month.",
    )
    sheet: str | None = Field(None, description="The sheet of a workbook; the first when not given.")
    shows: Literal["own_customers", "resellers"] | None = Field(
        None,
        description="Whose rows such a file shows: those of one partner's customers alone, or those of a distributor's "
        "resellers too. Benchmarks need more than one partner's.",
    )
    revenue: tuple[str, ...] = Field(
        (), description="Source columns of amounts, which may be withheld; the load says so when all of them are empty."
    )
    remark: str = Field("", description="What a load says of every such file, such as what of it is not kept, and why.")
    check: tuple[FormulaCheck, ...] = Field((), description="Figures that have to follow from their parts.")
    table: tuple[TableMapping, ...] = Field(
        description="The tables that are made from the file; an empty list where 'remark' says why there is none."
    )

    @model_validator(mode="after")
    def _two_marks(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError("'decimal' and 'thousands' have to differ")
        return self


@dataclass(frozen=True)
class Mapping:
    """
    A checked mapping.

    Attributes:
        name: as the user knows it.
        digest: sha256 of its text, and of the lookups where it uses some, in hexadecimal.
        file: its content.
    """

    name: str
    digest: str
    file: MappingFile

    @property
    def numbers(self) -> NumberFormat:
        """How numbers are written."""
        return NumberFormat(self.file.decimal, self.file.thousands)

    @property
    def date_formats(self) -> tuple[str, ...]:
        """How dates are written where a column does not say it."""
        return names_of(self.file.date_format)

    @property
    def other_date_formats(self) -> tuple[str, ...]:
        """How dates are written in files with another order of day and month; empty for one order alone."""
        return names_of(self.file.other_date_format)


def built_in_mappings() -> list[str]:
    """Return the names of the mappings that come with the program."""
    return sorted(item.name.removesuffix(".toml") for item in BUILT_IN.iterdir() if item.name.endswith(".toml"))


def read_mapping(name: str, own: Path | None = None) -> Mapping:
    """
    Return the mapping of a name: the workspace's own one, a mapping file, or a built-in one.

    Args:
        name: the mapping's name, or the path of its file.
        own: the folder of the workspace's own mappings; None for none.

    Raises:
        NotFoundError: there is none of them.
        DefinitionError: the mapping has faults; all are listed.
    """
    path = Path(name)
    if own is not None and (own / f"{name}.toml").is_file():
        name = str(own / f"{name}.toml")
        path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise NotFoundError(f"there is no mapping file '{name}'") from error
        except (OSError, UnicodeDecodeError) as error:
            raise DefinitionError(f"{name}: the file cannot be read: {error}") from error
        return parse_mapping(text, origin=name)
    known = built_in_mappings()
    if name not in known:
        raise NotFoundError(
            f"there is no mapping '{name}'",
            did_you_mean(name, known) or f"name a TOML file, or one of: {', '.join(known)}",
        )
    return parse_mapping((BUILT_IN / f"{name}.toml").read_text(encoding="utf-8"), origin=name)


def parse_mapping(text: str, *, origin: str) -> Mapping:
    """
    Return the mapping that a TOML text holds; ``origin`` is the file as the user knows it.

    Raises:
        DefinitionError: it has faults; all are listed.
    """
    file = read_definition(text, MappingFile, origin=origin)
    faults = [
        f"{origin}{_at(text, place, word)}: {fault}"
        for place, table in enumerate(file.table)
        for word, fault in _table_faults(table)
    ]
    if not file.table and not file.remark:
        faults.append(f"{origin}: it makes no table, and no 'remark' says why")
    if faults:
        raise DefinitionError("\n".join(faults))
    columns = [table.source(column) for table in file.table for column in table.columns]
    whole = text + lookup_text() if any(source and source.lookup for source in columns) else text
    return Mapping(origin, hashlib.sha256(whole.encode()).hexdigest(), file)


def _table_faults(table: TableMapping) -> list[tuple[str, str]]:
    """The faults of a table with the word to look for in the file."""
    if table.name not in TABLES:
        return [(table.name, _unknown("table", table.name, list(TABLES)))]
    contract = TABLES[table.name]
    faults = [
        (name, f"'skip_empty' names '{name}', which is no column of the block")
        for name in table.skip_empty
        if name not in table.columns
    ]
    faults += [
        (name, _unknown("column", f"{table.name}.{name}", [f"{table.name}.{known}" for known in contract.names]))
        for name in table.columns
        if name not in contract.names
    ]
    faults += [
        (table.name, f"required column '{table.name}.{column.name}' has no source")
        for column in contract.columns
        if column.required and column.name not in table.columns
    ]
    for name in table.columns:
        source = table.source(name)
        kind = contract.column(name).kind if name in contract.names else None
        if kind and source and source.is_dated and kind not in (Kind.DATE, Kind.MONTH):
            faults.append((name, f"'{table.name}.{name}' is no date, so it has no 'format' and no 'part'"))
    return faults


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    hint = did_you_mean(name, known)
    return f"{what} '{name}' is not known" + (f"; {hint}" if hint else "")


def _at(text: str, place: int, word: str) -> str:
    """The line of a word in the table block of that place, from 0, as part of a sentence."""
    lines = text.splitlines()
    blocks = [number for number, line in enumerate(lines) if line.replace(" ", "").startswith("[[table]]")]
    start = blocks[place] if place < len(blocks) else 0
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    for number in range(start, len(lines)):
        if pattern.search(lines[number]):
            return f", line {number + 1}"
    return ""
