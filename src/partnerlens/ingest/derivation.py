"""From the columns of a source to the texts of a target column, as SQL; and the check of a header."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from partnerlens.errors import DefinitionError, UsageError, did_you_mean, quoted
from partnerlens.ingest.kinds import PLAIN, NumberFormat, date_value, filled, literal
from partnerlens.ingest.lookup import lookups
from partnerlens.ingest.mapping import ColumnSource, Mapping, TableMapping
from partnerlens.ingest.source import Source, source_name
from partnerlens.model.facts import TABLES, Column, Kind, Table

NOTHING = "CAST(NULL AS VARCHAR)"
"""SQL for a text that is not there."""


@dataclass(frozen=True)
class Derivation:
    """
    How the rows of one fact table are made from a source.

    Attributes:
        table: the fact table.
        texts: SQL for the text of each target column.
        condition: SQL that chooses the rows.
        numbers: how numbers are written.
        last_wins: whether the last of several rows with one key holds; otherwise they are rejected.
        keeps_stored: whether rows with a key that the store holds already change nothing; otherwise they replace it.
    """

    table: Table
    texts: dict[str, str]
    condition: str = "true"
    numbers: NumberFormat = PLAIN
    last_wins: bool = False
    keeps_stored: bool = False


@dataclass(frozen=True)
class Plan:
    """
    What is read of a source and made of it.

    Attributes:
        columns: the places of the source columns that are read, from 0.
        derivations: one for each block of the mapping, in the order in which references point backwards.
    """

    columns: tuple[int, ...]
    derivations: tuple[Derivation, ...]


def same_names(table: Table) -> Derivation:
    """Return the derivation of a table from columns of its own names."""
    return Derivation(table, {name: f'"{name}"' for name in table.names})


def table_plan(source: Source, table: Table, place: str) -> Plan:
    """
    Return the plan for a file with the columns of a table.

    Args:
        source: the file.
        table: the fact table.
        place: the file's name, for error texts.

    Raises:
        DefinitionError: the header does not fit; every fault is listed.
    """
    found = {name.casefold(): number for number, name in enumerate(source.header)}
    faults = _repeated(source.header)
    for name in dict.fromkeys(source.header):
        if name.casefold() not in table.names:
            hint = did_you_mean(name, table.names)
            faults.append(f"column '{name}' is not known" + (f" ({hint})" if hint else ""))
    faults += [
        f"column '{column.name}' is missing" for column in table.columns if column.required and column.name not in found
    ]
    if faults:
        raise _unfit(source, place, f"table '{table.name}'", faults, f"partnerlens template {table.name}")
    texts = {name: source_name(found[name]) if name in found else NOTHING for name in table.names}
    return Plan(tuple(sorted(found.values())), (Derivation(table, texts),))


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


def fits_table(source: Source, table: Table) -> bool:
    """Return whether a file has the required columns of a table."""
    there = {name.casefold() for name in source.header}
    return all(column.name in there for column in table.columns if column.required)


def mapping_plan(source: Source, mapping: Mapping, place: str, zone: str) -> Plan:
    """
    Return the plan for a file that a mapping describes.

    Raises:
        DefinitionError: source columns of the mapping are missing or ambiguous; every fault is listed.
    """
    header = Header(source.header)
    order = list(TABLES)
    blocks = sorted(
        (block for block in mapping.file.table if _is_made(block, header)),
        key=lambda block: order.index(block.name),
    )
    faults: dict[str, None] = {}
    for alternatives, is_optional in (entry for block in blocks for entry in _read(block)):
        again = header.ambiguous(alternatives)
        if again:
            faults[f"column '{again[0]}' appears {len(again)} times"] = None
        if header.place(alternatives) is None and not is_optional:
            hint = did_you_mean(alternatives[0], source.header)
            named = quoted(alternatives, "or")
            faults[f"column {named} is missing" + (f" ({hint})" if hint else "")] = None
    if faults:
        raise _unfit(source, place, f"mapping '{mapping.name}'", list(faults), "")
    if not blocks:
        needed = [name for block in mapping.file.table for name in block.needs if not header.has(name)]
        raise _unfit(source, place, f"mapping '{mapping.name}'", [f"no table can be made without {quoted(needed)}"], "")
    used = {header.place(alternatives) for block in blocks for alternatives, _ in _read(block)}
    derivations = [_mapped(block, mapping, header, zone) for block in blocks]
    return Plan(tuple(sorted(number for number in used if number is not None)), tuple(derivations))


def _is_made(block: TableMapping, header: Header) -> bool:
    """Whether a block makes rows of a file with such a header."""
    return all(header.has(name) for name in block.needs) and not any(header.has(name) for name in block.lacks)


def _read(block: TableMapping) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The source columns that a block reads, each with its other names and whether a file may lack it."""
    for name in block.columns:
        source = block.source(name)
        if source is not None:
            for alternatives in source.alternatives:
                yield alternatives, source.optional
    for name in block.where:
        yield (name,), False
    for name in block.where_not:
        yield (name,), True


def _bare(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _mapped(block: TableMapping, mapping: Mapping, header: Header, zone: str) -> Derivation:
    table = TABLES[block.name]
    texts = {}
    for column in table.columns:
        source = block.source(column.name)
        texts[column.name] = _text(source, column, header, mapping.date_formats, zone) if source else NOTHING
    conditions = [f"{_source((name,), header)} IN ({_texts(values)})" for name, values in block.where.items()]
    conditions += [
        f"lower(coalesce({_source((name,), header)}, '')) NOT IN ({_texts(value.lower() for value in values)})"
        for name, values in block.where_not.items()
    ]
    conditions += [f"nullif({texts[name]}, '') IS NOT NULL" for name in block.skip_empty]
    # Rows that could not be read may belong to any table.
    chosen = f"({' AND '.join(conditions)}) IS TRUE OR defect IS NOT NULL" if conditions else "true"
    return Derivation(
        table,
        texts,
        chosen,
        mapping.numbers,
        last_wins=block.on_conflict != "reject",
        keeps_stored=block.on_conflict == "keep",
    )


def _texts(values: Iterable[str]) -> str:
    return ", ".join(literal(value.strip()) for value in values)


def _text(source: ColumnSource, column: Column, header: Header, formats: Sequence[str], zone: str) -> str:
    """SQL for the text of a target column; the keys of a column source apply in the order of its definition."""
    if source.constant is not None:
        return literal(source.constant.strip())
    named = source.alternatives[:-1] if source.unless is not None else source.alternatives
    text = f" || {literal(source.with_)} || ".join(_source(alternatives, header) for alternatives in named)
    if source.empty:
        text = f"CASE WHEN lower({text}) NOT IN ({_texts(word.lower() for word in source.empty)}) THEN {text} END"
    if source.unless is not None:
        other = _source(source.alternatives[-1], header)
        text = f"CASE WHEN {text} IS DISTINCT FROM {other} THEN {text} END"
    if source.match is not None:
        text = f"nullif(regexp_extract({text}, {literal(source.match)}, 0, 'i'), '')"
    text = _replaced(text, source)
    if column.kind in (Kind.DATE, Kind.MONTH):
        text = _date_text(text, source, column, source.formats or tuple(formats), zone)
    return text if source.default is None else f"coalesce({text}, {literal(source.default)})"


def _replaced(text: str, source: ColumnSource) -> str:
    """SQL for what a column's own lists, then its lookup, make of a text."""
    shared = lookups()[source.lookup] if source.lookup else None
    kept = text if source.otherwise is None else f"CASE WHEN {text} IS NOT NULL THEN {literal(source.otherwise)} END"
    for values, parts in reversed(
        [(source.values, source.contains), *([(shared.values, shared.contains)] if shared else [])]
    ):
        found = [
            f"WHEN contains(lower({text}), {literal(part.lower())}) THEN {literal(new)}" for part, new in parts.items()
        ]
        kept = f"CASE {' '.join(found)} ELSE {kept} END" if found else kept
        whole = [f"WHEN {literal(old.strip().lower())} THEN {literal(new)}" for old, new in values.items()]
        kept = f"CASE lower({text}) {' '.join(whole)} ELSE {kept} END" if whole else kept
    return kept


def _date_text(text: str, source: ColumnSource, column: Column, formats: Sequence[str], zone: str) -> str:
    """SQL for the ISO text of a date; a text that cannot be read stays, to be rejected under its own words."""
    if not formats and source.part is None:
        return text
    day = date_value(text, zone)
    for pattern in reversed(formats):
        read = f"try_strptime({text}, {literal(pattern)})"
        day = f"coalesce(CAST({f'timezone({literal(zone)}, {read})' if '%z' in pattern else read} AS DATE), {day})"
    if source.part == "month" or (source.part is None and column.kind is Kind.MONTH):
        return f"coalesce(strftime({day}, '%Y-%m'), {text})"
    if source.part is not None:
        bound = f"date_trunc('month', {day})" if source.part == "first_day" else f"last_day({day})"
        day = f"CAST({bound} AS DATE)"
    return f"coalesce(CAST({day} AS VARCHAR), {text})"


def _source(alternatives: Sequence[str], header: Header) -> str:
    place = header.place(alternatives)
    return NOTHING if place is None else filled(source_name(place))


def _repeated(header: Sequence[str]) -> list[str]:
    counts = Counter(name.casefold() for name in header)
    return [f"column '{name}' appears {count} times" for name, count in counts.items() if count > 1]


def _unfit(source: Source, place: str, target: str, faults: Sequence[str], template: str) -> DefinitionError:
    where = place if source.header_line is None else f"{place}, line {source.header_line}"
    remedy = f"use the columns that '{template}' prints, or a mapping" if template else "load a file that has them"
    if len(source.header) == 1 and any(mark in source.header[0] for mark in ";|\t,"):
        faults = [f"it is read as one column, '{source.header[0]}'"]
        remedy = "name the character between its cells as 'delimiter' in a mapping"
    return DefinitionError(f"{where}: the header does not fit {target}: " + "; ".join(faults), remedy)


def inferred_table(file_name: str) -> Table:
    """
    Return the table that a file name begins with, such as ``seats`` for ``seats-2026.csv.gz``.

    Raises:
        UsageError: it begins with no table's name.

    >>> inferred_table("activity_monthly.csv").name
    'activity_monthly'
    """
    name = file_name.casefold()
    for table in sorted(TABLES, key=len, reverse=True):
        if name.startswith(table) and not name[len(table) : len(table) + 1].isalpha():
            return TABLES[table]
    raise UsageError(
        f"'{file_name}' does not begin with the name of a table",
        f"name the table with --table: {', '.join(TABLES)}",
    )
