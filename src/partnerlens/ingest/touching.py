"""Which months' results are out of date after a load."""

from collections.abc import Iterable

from partnerlens.ingest.stage import Stage
from partnerlens.model.facts import Kind, Table
from partnerlens.months import Month
from partnerlens.store import Touch

OPEN = 1_000_000
"""Stands for the open end of a range of months."""

_DESCRIBED = {
    "subscriptions": (
        "customer_no",
        "product_no",
        "channel",
        "licence_type",
        "start_date",
        "end_date",
        "agreement_start_date",
    ),
    "partners": ("parent_partner_no",),
    "customers": ("country",),
}
"""Columns of dimensions whose correction changes results of every month; a new row alone changes none."""

_FROM_DAY = {"instances": "deployed_on", "exam_passes": "passed_on"}
"""The day from which a row counts in every later month."""


def month_number(table: Table, relation: str = "") -> str:
    """Return SQL for the month number by which a table's rows are split; null for a table with one part."""
    if table.month_column is None:
        return "CAST(NULL AS INTEGER)"
    column = f'{relation}."{table.month_column}"' if relation else f'"{table.month_column}"'
    if table.column(table.month_column).kind is Kind.MONTH:
        return column
    return f"CAST(year({column}) * 12 + month({column}) - 1 AS INTEGER)"


def note_touches(stage: Stage, table: Table) -> None:
    """Add to the stage the months that the rows written for a table touch."""
    select = _ranges(table)
    if select is not None:
        found = stage.engine.rows(f"SELECT DISTINCT first, last FROM ({select}) WHERE first IS NOT NULL")
        stage.touches += merged(table.name, found)


def merged(table: str, ranges: Iterable[tuple[int, int]]) -> list[Touch]:
    """
    Return the fewest ranges of months that cover the given ones.

    >>> [(str(touch.first), touch.last) for touch in merged("seats", [(24301, 24301), (24302, OPEN)])]
    [('2025-02', None)]
    """
    covered: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if covered and first <= covered[-1][1] + 1:
            covered[-1] = (covered[-1][0], max(last, covered[-1][1]))
        else:
            covered.append((first, last))
    return [Touch(table, Month(first), None if last >= OPEN else Month(last)) for first, last in covered]


def _ranges(table: Table) -> str | None:
    """SQL for the first and last month number of each touched range; None when the table touches nothing."""
    fresh = "facts ANTI JOIN matched USING (rid)"
    corrected = "facts f JOIN (FROM matched WHERE outcome = 'replaced') m USING (rid)"
    if table.name in _DESCRIBED:
        differs = " OR ".join(f'f."{name}" IS DISTINCT FROM m."old_{name}"' for name in _DESCRIBED[table.name])
        return f"SELECT 0 AS first, {OPEN} AS last FROM {corrected} WHERE {differs}"
    if table.name == "associations":
        start, end, old_end = (_month(name) for name in ("start_date", "end_date", "old_end_date"))
        return (
            f"SELECT {start} AS first, coalesce({end}, {OPEN}) AS last FROM {fresh} UNION ALL "
            f"SELECT least(coalesce({end}, {OPEN}), coalesce({old_end}, {OPEN})), "
            f"greatest(coalesce({end}, {OPEN}), coalesce({old_end}, {OPEN})) FROM {corrected}"
        )
    if table.name in _FROM_DAY:
        day = _FROM_DAY[table.name]
        return (
            f"SELECT {_month(day)} AS first, {OPEN} AS last FROM {fresh} UNION ALL "
            f"SELECT {_month(f'least({day}, old_{day})')}, {OPEN} FROM {corrected}"
        )
    if table.name == "survey_responses":
        new, old = _month("responded_on"), _month("old_responded_on")
    elif table.name == "exchange_rates":
        new, old = "month", "old_month"
    elif table.month_column is not None:
        new, old = month_number(table), f'"old_{table.month_column}"'
    else:
        return None
    return (
        f"SELECT {new} AS first, {new} AS last FROM {fresh} UNION ALL "
        f"SELECT {new}, {new} FROM {corrected} UNION ALL SELECT {old}, {old} FROM {corrected}"
    )


def _month(day: str) -> str:
    return f"year({day}) * 12 + month({day}) - 1"
