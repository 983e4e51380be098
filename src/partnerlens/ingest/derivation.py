"""From the columns of a source to the texts of a target column, as SQL; and the check of a header."""

from collections import Counter
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass

from partnerlens.errors import DefinitionError, UsageError, did_you_mean
from partnerlens.ingest.kinds import PLAIN, NumberFormat, date_value, filled, literal
from partnerlens.ingest.mapping import ColumnSource, Mapping, TableMapping
from partnerlens.ingest.source import Source, source_name
from partnerlens.model.facts import TABLES, Column, Kind, Table


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
    """

    table: Table
    texts: dict[str, str]
    condition: str = "true"
    numbers: NumberFormat = PLAIN
    last_wins: bool = False


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
    texts = {name: source_name(found[name]) if name in found else "CAST(NULL AS VARCHAR)" for name in table.names}
    return Plan(tuple(sorted(found.values())), (Derivation(table, texts),))


def mapping_plan(source: Source, mapping: Mapping, place: str, zone: str) -> Plan:
    """
    Return the plan for a file that a mapping describes.

    Raises:
        DefinitionError: source columns of the mapping are missing or ambiguous; every fault is listed.
    """
    found = {name.casefold(): number for number, name in enumerate(source.header)}
    used = {name.strip().casefold() for name in mapping.sources}
    faults = _repeated([name for name in source.header if name.casefold() in used])
    for name in mapping.sources:
        if name.strip().casefold() not in found:
            hint = did_you_mean(name, source.header)
            faults.append(f"column '{name}' is missing" + (f" ({hint})" if hint else ""))
    if faults:
        raise _unfit(source, place, f"mapping '{mapping.name}'", faults, "")
    order = list(TABLES)
    blocks = sorted(mapping.file.table, key=lambda block: order.index(block.name))
    derivations = [_mapped(block, mapping, found, zone) for block in blocks]
    return Plan(tuple(sorted({found[name] for name in used})), tuple(derivations))


def _mapped(block: TableMapping, mapping: Mapping, found: Dictionary[str, int], zone: str) -> Derivation:
    table = TABLES[block.name]
    texts = {}
    for column in table.columns:
        source = block.source(column.name)
        texts[column.name] = (
            _text(source, column, found, mapping.date_formats, zone) if source else "CAST(NULL AS VARCHAR)"
        )
    conditions = [
        f"{_source(name, found)} IN ({', '.join(literal(value.strip()) for value in values)})"
        for name, values in block.where.items()
    ]
    # Rows that could not be read may belong to any table.
    chosen = f"({' AND '.join(conditions)}) IS TRUE OR defect IS NOT NULL" if conditions else "true"
    return Derivation(table, texts, chosen, mapping.numbers, block.on_conflict == "last")


def _text(source: ColumnSource, column: Column, found: Dictionary[str, int], formats: Sequence[str], zone: str) -> str:
    if source.constant is not None:
        return literal(source.constant.strip())
    parts = [_source(name, found) for name in source.sources]
    text = f" || {literal(source.with_)} || ".join(parts)
    if source.values:
        cases = " ".join(
            f"WHEN {literal(old.strip().lower())} THEN {literal(new)}" for old, new in source.values.items()
        )
        text = f"CASE lower({text}) {cases} ELSE {text} END"
    if column.kind in (Kind.DATE, Kind.MONTH):
        text = _date_text(text, source, column, source.formats or tuple(formats), zone)
    return text if source.default is None else f"coalesce({text}, {literal(source.default)})"


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


def _source(name: str, found: Dictionary[str, int]) -> str:
    return filled(source_name(found[name.strip().casefold()]))


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
