"""Figures that have to follow from their parts: where they do not, the load says so and keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass

from partnerlens.ingest.formula import NUMBER
from partnerlens.ingest.header import Header
from partnerlens.ingest.kinds import NumberFormat, filled, literal, number_text
from partnerlens.ingest.mapping import FormulaCheck, names_of
from partnerlens.ingest.source import source_name
from partnerlens.ingest.stage import Stage
from partnerlens.store import Mismatch

MOST_DECIMALS = 9
"""Decimals of a figure that are compared."""


@dataclass(frozen=True)
class Figure:
    """
    A figure of a file with the formulas of which one has to give it.

    Attributes:
        column: the name of its column, as the file writes it.
        formulas: the formulas that the file has the parts of.
        places: the source columns that are read.
        select: SQL for ``line``, ``value``, ``computed``, ``formula`` and ``follows`` of every row in which the figure
            and its parts are numbers.
    """

    column: str
    formulas: tuple[str, ...]
    places: tuple[int, ...]
    select: str


@dataclass(frozen=True)
class FigureReport:
    """
    How many figures of a column do not follow from their parts.

    Attributes:
        column: the column.
        formulas: the formulas of which one has to hold.
        rows: rows in which none does.
        checked: rows with numbers to check.
    """

    column: str
    formulas: tuple[str, ...]
    rows: int
    checked: int


def figure_of(check: FormulaCheck, header: Header, numbers: NumberFormat) -> Figure | None:
    """Return what a check means for a file; None when the file lacks the figure or parts of every formula."""
    place = header.place(names_of(check.column))
    formulas = [
        formula for formula in check.formulas if all(header.place((name,)) is not None for name in formula.columns)
    ]
    if place is None or not formulas:
        return None
    parts = {name: header.place((name,)) for formula in formulas for name in formula.columns}

    def number(name: str) -> str:
        return number_text(filled(source_name(parts[name] or 0)), numbers)

    conditions = ["defect IS NULL"]
    for name, words in check.where_not.items():
        found = header.place((name,))
        if found is not None:
            parts[name] = found
            text = f"lower(coalesce({source_name(found)}, ''))"
            conditions += [f"NOT contains({text}, {literal(word.lower())})" for word in words]
    value = filled(source_name(place))
    computed = [formula.sql(number) for formula in formulas]
    select = _select(
        value, number_text(value, numbers), computed, [formula.text for formula in formulas], check.decimals
    )
    return Figure(
        header.names[place],
        tuple(formula.text for formula in formulas),
        (place, *(part for part in parts.values() if part is not None)),
        f"{select} WHERE {' AND '.join(conditions)}) WHERE figure IS NOT NULL AND computed IS NOT NULL",
    )


def _select(value: str, figure: str, computed: list[str], texts: list[str], decimals: int) -> str:
    """SQL up to the condition on rows; a figure follows when it is less than one of its last decimal places off."""
    places = f"least(greatest(length(split_part({figure}, '.', 2)), {decimals}), {MOST_DECIMALS})"
    number = f"TRY_CAST({figure} AS {NUMBER})"
    near = " OR ".join(f"coalesce(abs({number} - {each}) * power(10, {places}) < 1 - 1e-9, false)" for each in computed)
    which = " ".join(
        f"WHEN {each} IS NOT NULL THEN {literal(text)}" for each, text in zip(computed, texts, strict=True)
    )
    return (
        "SELECT line, value, CAST(computed AS VARCHAR) AS computed, formula, follows FROM ("
        f"SELECT line, {value} AS value, {number} AS figure, coalesce({', '.join(computed)}) AS computed, "
        f"CASE {which} END AS formula, {near} AS follows FROM source_rows"
    )


def checked_figures(stage: Stage, figures: tuple[Figure, ...]) -> tuple[FigureReport, ...]:
    """Keep in ``mismatched`` the figures of ``source_rows`` that do not follow, and return how many there are."""
    stage.engine.keep(
        "mismatched",
        "SELECT '' AS name, 0::BIGINT AS line, '' AS value, '' AS computed, '' AS formula WHERE false",
    )
    reports = []
    for figure in figures:
        name = literal(figure.column)
        stage.engine.execute(
            f"INSERT INTO mismatched SELECT {name}, line, value, computed, formula FROM ({figure.select}) "
            "WHERE NOT follows"
        )
        checked = stage.scalar(f"SELECT count(*) FROM ({figure.select})")
        rows = stage.scalar(f"SELECT count(*) FROM mismatched WHERE name = {name}")
        reports.append(FigureReport(figure.column, figure.formulas, rows, checked))
    return tuple(reports)


def mismatches(stage: Stage, file: str) -> Iterator[Mismatch]:
    """Return the figures of ``mismatched`` by line."""
    for batch in stage.engine.batches("SELECT * FROM mismatched ORDER BY line ASC NULLS LAST, name ASC NULLS LAST"):
        for name, line, value, computed, formula in batch:
            plain = computed.rstrip("0").rstrip(".") if "." in computed else computed
            yield Mismatch(stage.load, file, line, name, value, plain, formula)
