"""``score --roll-off``: how many rows leave each indicator in the next twelve months, beside the score."""

from rich.console import RenderableType
from rich.text import Text

from partnerlens.cli.render import rows_view
from partnerlens.document.score import Leaving
from partnerlens.model.score import Score
from partnerlens.units import short_number


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
