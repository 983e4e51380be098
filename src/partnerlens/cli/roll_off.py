"""``score --roll-off``: how many rows leave each indicator in the next twelve months, beside the score."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from partnerlens.cli.render import rows_view
from partnerlens.explain.explanation import LeavingMonth
from partnerlens.model.score import Score
from partnerlens.units import short_number

Leaving = Mapping[str, Sequence[LeavingMonth]]
"""What leaves in later months, by indicator."""


def with_rows(document: dict[str, Any], leaving: Leaving | None) -> dict[str, Any]:
    """
    Return a score's document with the rows behind each change of its roll-off.

    Args:
        document: the score as JSON.
        leaving: what leaves; None where it is not asked for.
    """
    if leaving is None:
        return document
    months = [
        month | {"changes": [change | {"rows": _rows(leaving, month["month"], change)} for change in month["changes"]]}
        for month in document["roll_off"]
    ]
    return document | {"roll_off": months}


def leaving_view(score: Score, leaving: Leaving | None) -> list[RenderableType]:
    """Return what leaves as a table, by month and indicator; nothing where it is not asked for."""
    if leaving is None:
        return []
    titles = {line.id: line.title for line in score.indicators}
    every = sorted(
        ((month, titles[indicator]) for indicator, months in leaving.items() for month in months),
        key=lambda entry: entry[0].month,
    )
    rows = [
        (month.month, title, month.side, month.leaves, month.customers, month.comes, short_number(month.difference))
        for month, title in every
    ]
    columns = ["month", "indicator", "side", "rows leave", "customers", "rows come", "difference"]
    return [Text(""), Text("The rows that leave", style="bold"), rows_view(columns, rows)]


def _rows(leaving: Leaving, month: str, change: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in vars(each).items() if name != "month"}
        for each in leaving.get(change["indicator"], ())
        if each.month == month
    ]
