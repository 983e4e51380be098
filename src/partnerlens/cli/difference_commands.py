"""``difference`` and ``bridge``: two editions held against each other, on the terminal, as JSON, or as an export."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.app.workspace import Workspace
from partnerlens.cli.exports import checked_format, note_more, rows_shown, write
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.difference import DifferenceDocument, bridge_document, difference_document
from partnerlens.document.export import difference_export
from partnerlens.explain import BridgeSide, Difference, bridge_sides
from partnerlens.explain.difference import Reading
from partnerlens.explain.moves import Change
from partnerlens.units import exact_text, short_number


class Chosen(TypedDict):
    """What a question is limited to."""

    products: list[str]
    workloads: list[str]
    countries: list[str]


def difference(
    reply: Reply,
    *,
    home: Path,
    partner: str,
    metric: str,
    before: int,
    after: int,
    chosen: Chosen,
    file_format: str,
    output: Path | None,
    limit: int,
) -> int:
    """Show or write the rows that differ between two editions, each with its cause."""
    wanted = checked_format(file_format, output)
    with (
        Workspace.open(home, resident=False) as workspace,
        workspace.difference(partner, metric, before, after, **chosen) as found,
    ):
        if wanted is not None and not reply.as_json:
            return write(reply, difference_export(found.heading, found.batches()), file_format=wanted, output=output)
        rows = _rows(reply, found, limit)
        reply.give(_document(found, rows), _difference_view(found, rows))
        note_more(reply, there=found.rows_there(), shown=len(rows))
    return DONE


def bridge(
    reply: Reply,
    *,
    home: Path,
    partner: str,
    metric: str,
    month: str | None,
    chosen: Chosen,
    with_rows: bool,
    file_format: str,
    output: Path | None,
    limit: int,
) -> int:
    """Show how a number became that of the next month: entered, corrected, rolled off."""
    wanted = checked_format(file_format, output)
    with (
        Workspace.open(home, resident=False) as workspace,
        workspace.bridge(partner, metric, month=month, **chosen) as found,
    ):
        if wanted is not None and not reply.as_json:
            return write(reply, difference_export(found.heading, found.batches()), file_format=wanted, output=output)
        rows = _rows(reply, found, limit) if with_rows or reply.as_json else []
        sides = bridge_sides(found)
        reply.give(bridge_document(_document(found, rows), sides), _bridge_view(found, sides, rows))
        if with_rows:
            note_more(reply, there=found.rows_there(), shown=len(rows))
    return DONE


def _rows(reply: Reply, found: Difference, limit: int) -> list[Change]:
    return found.rows(limit=rows_shown(reply, limit, found.rows_there()))


def _document(found: Difference, rows: Sequence[Change]) -> DifferenceDocument:
    return difference_document(found.heading, totals=found.totals, causes=found.causes, rows=rows)


def _difference_view(found: Difference, rows: Sequence[Change]) -> RenderableType:
    if not found.rows_there():
        return Group(*_head(found), Text(""), Text("No row differs."))
    listed = [
        (total.side, total.cause, total.source, total.rows, _signed(total.change), found.causes[total.cause])
        for total in found.totals
    ]
    summary = rows_view(["side", "cause", "in", "rows", "change", "what it is"], listed)
    return Group(*_head(found), Text(""), summary, Text(""), _changes_view(rows))


def _bridge_view(found: Difference, sides: Sequence[BridgeSide], rows: Sequence[Change]) -> RenderableType:
    before, after = found.heading.before, found.heading.after
    parts: list[RenderableType] = [*_head(found)]
    for side in sides:
        lines = [
            (str(before.month), "", short_number(exact_text(side.before))),
            ("entered", side.entered.rows, _signed(exact_text(side.entered.amount))),
            ("corrected", side.corrected.rows, _signed(exact_text(side.corrected.amount))),
            ("rolled off", side.rolled_off.rows, _signed(exact_text(-side.rolled_off.amount))),
            (str(after.month), "", short_number(exact_text(side.after))),
        ]
        shown = [(name, f"{count:,}" if isinstance(count, int) else "", amount) for name, count, amount in lines]
        parts += [Text(""), rows_view([side.side, "rows", "amount"], shown)]
    if rows:
        parts += [Text(""), _changes_view(rows)]
    return Group(*parts)


def _head(found: Difference) -> list[RenderableType]:
    heading = found.heading
    before, after = heading.before, heading.after
    return [
        Text.assemble((heading.partner_name, "bold"), f"  {heading.partner_id} · {heading.title}"),
        Text.assemble(
            f"{before.month}, edition {before.edition}: ",
            (_value(before, heading.unit), "bold"),
            f"  to  {after.month}, edition {after.edition}: ",
            (_value(after, heading.unit), "bold"),
        ),
    ]


def _changes_view(rows: Sequence[Change]) -> RenderableType:
    listed = [
        (
            row.cause,
            row.source,
            row.month,
            row.customer_name or row.customer_id,
            row.subscription_id,
            row.item,
            None if row.amount_before is None else short_number(row.amount_before),
            None if row.amount_after is None else short_number(row.amount_after),
            {"left": row.reason_after, "entered": row.reason_before}.get(row.movement),
        )
        for row in rows
    ]
    columns = ["cause", "in", "month", "customer", "subscription", "item", "before", "after", "why not"]
    if len({row.side for row in rows}) < 2:
        return rows_view(columns, listed)
    return rows_view(["side", *columns], [(row.side, *cells) for row, cells in zip(rows, listed, strict=True)])


def _value(reading: Reading, unit: str) -> str:
    if reading.value is None:
        return "—"
    return short_number(reading.value) if unit == "ratio" else f"{short_number(reading.value)} {unit}"


def _signed(text: str) -> str:
    shown = short_number(text)
    return shown if shown.startswith("-") or text == "0" else f"+{shown}"
