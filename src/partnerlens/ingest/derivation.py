"""From the columns of a source to the rows of fact tables: the plan of a load, and the check of a header."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from partnerlens.errors import DefinitionError, UsageError, did_you_mean, quoted
from partnerlens.ingest.figure import Figure, figure_of
from partnerlens.ingest.header import Header
from partnerlens.ingest.kinds import PLAIN, NumberFormat, filled
from partnerlens.ingest.mapping import Mapping, TableMapping, names_of
from partnerlens.ingest.source import Source, source_name
from partnerlens.ingest.steps import Levels, Steps
from partnerlens.ingest.text import NOTHING, Dates, TargetText, column_text, listed_texts
from partnerlens.model.facts import TABLES, Kind, Table


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
        steps: what texts and condition refer to beside the columns of the source.
    """

    table: Table
    texts: dict[str, str]
    condition: str = "true"
    numbers: NumberFormat = PLAIN
    last_wins: bool = False
    keeps_stored: bool = False
    steps: Levels = ()


@dataclass(frozen=True)
class Plan:
    """
    What is read of a source and made of it.

    Attributes:
        columns: the places of the source columns that are read, from 0.
        derivations: one for each block of the mapping, in the order in which references point backwards.
        figures: the figures that have to follow from their parts.
        revenue: SQL for the texts of amounts that may be withheld; empty where that is not to be looked at.
        other: the same plan for dates in another order of day and month; None where there is one order alone.
        dates: SQL for the texts of dates, and for the days that this plan reads in them; only with another.
    """

    columns: tuple[int, ...]
    derivations: tuple[Derivation, ...]
    figures: tuple[Figure, ...] = ()
    revenue: tuple[str, ...] = ()
    other: "Plan | None" = None
    dates: tuple[tuple[str, str], ...] = ()

    @property
    def is_kept(self) -> bool:
        """Whether the rows are looked at more than once."""
        return len(self.derivations) > 1 or bool(self.figures or self.revenue or self.other)


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
    blocks = _blocks(mapping, header)
    _check_header(source, mapping, header, blocks, place)
    plan = _plan(mapping, header, blocks, Dates(mapping.date_formats, zone))
    if not mapping.other_date_formats:
        return plan
    return replace(plan, other=_plan(mapping, header, blocks, Dates(mapping.other_date_formats, zone)))


def _blocks(mapping: Mapping, header: Header) -> list[TableMapping]:
    """The blocks that make rows of a file, in the order in which references point backwards."""
    order = list(TABLES)
    made = (block for block in mapping.file.table if _is_made(block, header))
    return sorted(made, key=lambda block: order.index(block.name))


def _check_header(source: Source, mapping: Mapping, header: Header, blocks: Sequence[TableMapping], place: str) -> None:
    """Raise DefinitionError with every fault of a header that blocks are to read."""
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
    if not blocks and mapping.file.table:
        needed = [name for block in mapping.file.table for name in block.needs if not header.has(name)]
        raise _unfit(source, place, f"mapping '{mapping.name}'", [f"no table can be made without {quoted(needed)}"], "")


def _plan(mapping: Mapping, header: Header, blocks: Sequence[TableMapping], dates: Dates) -> Plan:
    figures = [
        figure for check in mapping.file.check if (figure := figure_of(check, header, mapping.numbers)) is not None
    ]
    revenue = [place for name in mapping.file.revenue if (place := header.place((name,))) is not None]
    used = {header.place(alternatives) for block in blocks for alternatives, _ in _read(block)}
    used |= {place for figure in figures for place in figure.places} | set(revenue)
    return Plan(
        tuple(sorted(number for number in used if number is not None)),
        tuple(_mapped(block, mapping, header, dates) for block in blocks),
        tuple(figures),
        tuple(filled(source_name(place)) for place in revenue),
        None,
        tuple(_dated(blocks, header, dates)) if mapping.other_date_formats else (),
    )


def _dated(blocks: Sequence[TableMapping], header: Header, dates: Dates) -> Iterator[tuple[str, str]]:
    """The texts of the dates that blocks read in the file's own forms, and the days in them."""
    read = {
        names_of(source.from_)
        for block in blocks
        for column in TABLES[block.name].columns
        if column.kind in (Kind.DATE, Kind.MONTH)
        and (source := block.source(column.name))
        and source.from_ is not None
        and not source.formats
    }
    for alternatives in sorted(read):
        text = column_text(alternatives, header)
        yield text, dates.day(text)


def _is_made(block: TableMapping, header: Header) -> bool:
    """Whether a block makes rows of a file with such a header."""
    return all(header.has(name) for name in block.needs) and not any(header.has(name) for name in block.lacks)


def _read(block: TableMapping) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The source columns that a block reads, each with its other names and whether a file may lack it."""
    for name in block.columns:
        source = block.source(name)
        if source is not None:
            yield from source.alternatives
    for name in block.where:
        yield (name,), False
    for name in block.where_not:
        yield (name,), True


def _mapped(block: TableMapping, mapping: Mapping, header: Header, dates: Dates) -> Derivation:
    table = TABLES[block.name]
    steps = Steps()
    texts = {}
    for column in table.columns:
        source = block.source(column.name)
        texts[column.name] = TargetText(source, column, header, dates, steps).sql() if source else NOTHING
    conditions = [f"{column_text((name,), header)} IN ({listed_texts(words)})" for name, words in block.where.items()]
    conditions += [
        f"lower(coalesce({column_text((name,), header)}, '')) NOT IN ({listed_texts(word.lower() for word in words)})"
        for name, words in block.where_not.items()
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
        steps=steps.levels,
    )


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


def table_named_by(file_name: str) -> Table | None:
    """Return the table whose name a file's name begins with, such as ``seats-2026.csv``; None when there is none."""
    name = file_name.casefold()
    for table in sorted(TABLES, key=len, reverse=True):
        if name.startswith(table) and not name[len(table) : len(table) + 1].isalpha():
            return TABLES[table]
    return None


def inferred_table(file_name: str) -> Table:
    """
    Return the table that a file name begins with, such as ``seats`` for ``seats-2026.csv.gz``.

    Raises:
        UsageError: it begins with no table's name.

    >>> inferred_table("activity_monthly.csv").name
    'activity_monthly'
    """
    table = table_named_by(file_name)
    if table is None:
        raise UsageError(
            f"'{file_name}' does not begin with the name of a table",
            f"name the table with --table: {', '.join(TABLES)}",
        )
    return table
