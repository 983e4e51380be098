"""What people read in a terminal: tables, bars, arrows and lines."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from partnerlens.model.metric import Method
from partnerlens.model.result import Answer, BandRange, Benchmark, MetricAnswer, SeriesPoint, Trend
from partnerlens.units import compact_number, short_number

BLOCKS = "▁▂▃▄▅▆▇█"
METHOD_WORDS = {
    Method.SUM.value: "sum over 12 months",
    Method.SNAPSHOT.value: "at the end of the month",
    Method.RATIO.value: "ratio over 12 months",
    "ttm_distinct_over_12": "distinct users of 12 months / 12",
    "mean_monthly_distinct": "mean of 12 monthly counts",
}
WITHHELD_WORDS = {
    "too_few_partners": "not compared: too few partners",
    "small_band": "not compared: a band would show too few partners",
    "visible_customers_only": "not compared: needs the vendor's or a distributor's view",
}
FLAG_WORDS = {
    "history_short": "history is short",
    "visible_customers_only": "visible customers only",
}
ONE = {
    "customers": "customer",
    "seats": "seat",
    "people": "person",
    "instances": "instance",
    "users": "user",
    "points": "point",
}
REASON_WORDS = {
    "no_assigned_seats": "no seat is assigned",
    "no_responses": "no survey response",
}


def sparkline(points: Sequence[SeriesPoint]) -> str:
    """
    Return twelve blocks for twelve values, from the smallest to the largest; a dot where there is none.

    >>> from partnerlens.months import Month
    >>> values = ["0", "5", None, "10"]
    >>> sparkline([SeriesPoint(Month(24000 + n), value, ()) for n, value in enumerate(values)])
    '▁▅·█'
    """
    numbers = [None if point.value is None else Decimal(point.value) for point in points]
    present = [number for number in numbers if number is not None]
    if not present:
        return "·" * len(numbers)
    low, spread = min(present), max(present) - min(present)
    top = len(BLOCKS) - 1

    def block(number: Decimal | None) -> str:
        if number is None:
            return "·"
        return BLOCKS[0 if not spread else int((number - low) / spread * top + Decimal("0.5"))]

    return "".join(block(number) for number in numbers)


def bar(band: int | None) -> str:
    """
    Return the four steps with the partner's one filled.

    >>> bar(3), bar(None)
    ('□□■□', '□□□□')
    """
    return "".join("■" if step == band else "□" for step in range(1, 5))


def arrow(trend: Trend) -> str:
    """Return the change since the month before; empty when there is none."""
    if trend.direction == "none" or trend.difference is None:
        return ""
    sign = "▲ +" if trend.direction == "up" else "▼ "
    return f"{sign}{short_number(trend.difference)}"


def answer_view(answer: Answer, *, program: str, as_of: str) -> RenderableType:
    """Return the contribution of a partner: what was asked, what the answer rests on, and eight metrics."""
    asked = answer.filter
    parts: list[RenderableType] = [
        Text.assemble((answer.partner_name, "bold"), f"  {answer.partner_id} · {program}"),
        Text(
            f"Data month {answer.month} · product {_listed(asked.products)} · workload {_listed(asked.workloads)}"
            f" · location {_listed(asked.countries)}"
        ),
        Text(f"Edition {answer.edition} · {as_of}", style="dim"),
    ]
    for group, metrics in groupby(answer.metrics, key=lambda metric: metric.metric.group):
        parts.append(Text(f"\n{group.value.upper()}", style="bold"))
        parts.extend(_metric_view(metric) for metric in metrics)
    return Group(*parts)


def csv_text(columns: list[str], rows: list[list[object]]) -> str:
    """Return a table as CSV: nothing for what is missing, true and false in small letters."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        [
            ["" if cell is None else str(cell).lower() if isinstance(cell, bool) else cell for cell in row]
            for row in rows
        ]
    )
    return text.getvalue()


def rows_view(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> Table:
    """Return a plain table; numbers stand to the right."""
    listed = [["" if cell is None else cell for cell in row] for row in rows]
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        is_number = bool(listed) and all(isinstance(row[index], int) for row in listed)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in listed:
        table.add_row(
            *(f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell) for cell in row)
        )
    return table


def error_view(problem: str, remedy: str, console: Console) -> None:
    """Print an error: what is wrong, and what to do."""
    console.print(Text.assemble(("error: ", "bold red"), problem), soft_wrap=True)
    if remedy:
        console.print(Text(f"  {remedy}"), soft_wrap=True)


def _metric_view(metric: MetricAnswer) -> RenderableType:
    title = Text.assemble((metric.metric.title, "bold"), "  ", (METHOD_WORDS[metric.method], "dim"))
    line = Table.grid(padding=(0, 2))
    for width in (24, 20, 12):
        line.add_column(min_width=width)
    value = "—" if metric.value is None else f"{short_number(metric.value)} {_unit(metric)}"
    why = REASON_WORDS.get(metric.reason or "", metric.reason or "")
    history = ", ".join(FLAG_WORDS[flag] for flag in metric.flags)
    line.add_row(
        Text(value, style="bold"), arrow(metric.trend), sparkline(metric.series), Text(why or history, style="yellow")
    )
    return Padding(
        Group(title, Padding(line, (0, 0, 0, 2)), Padding(benchmark_view(metric.benchmark), (0, 0, 0, 2))), (0, 0, 0, 2)
    )


def benchmark_view(benchmark: Benchmark) -> RenderableType:
    """Return the bar, the partner's place, and the ranges of all bands."""
    if benchmark.withheld:
        return Text(f"{bar(None)}  {WITHHELD_WORDS[benchmark.withheld]}", style="dim")
    line = Text.assemble(bar(benchmark.band), "  ", _band_words(benchmark))
    if benchmark.to_next_band is not None:
        line.append(f" · {short_number(benchmark.to_next_band)} more reaches a higher band")
    ranges = Table.grid(padding=(0, 1))
    ranges.add_row(
        *(
            Text(_range_words(step), style="bold underline" if step.band == benchmark.band else "dim")
            for step in benchmark.ranges
        )
    )
    return Group(line, ranges)


def _band_words(benchmark: Benchmark) -> str:
    place = f"band {benchmark.band} of 4" if benchmark.band else "not among the partners compared"
    return f"{place} · {benchmark.peers} partners"


def _range_words(step: BandRange) -> str:
    ends = f"{compact_number(step.minimum)}–{compact_number(step.maximum)}"
    return f"{step.band}: {ends} ({step.partners})"


def _unit(metric: MetricAnswer) -> str:
    if metric.unit == "ratio":
        return ""
    return ONE.get(metric.unit, metric.unit) if metric.value == "1" else metric.unit


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)) or "all"
