"""``difference`` and ``bridge``: two editions held against each other, on the terminal, as JSON, or as an export."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.app.workspace import Workspace
from partnerlens.cli.explain_commands import FORMATS
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.errors import UsageError
from partnerlens.explain import BridgeSide, Difference, bridge_sides
from partnerlens.explain.bridge import Span
from partnerlens.explain.difference import Reading
from partnerlens.explain.moves import Change
from partnerlens.export.provenance import Provenance, Subject, provenance_document
from partnerlens.export.totals import SumOf
from partnerlens.export.writing import Export, Format, write_export
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
    _check_format(file_format, output)
    with (
        Workspace.open(home, resident=False) as workspace,
        workspace.difference(partner, metric, before, after, **chosen) as found,
    ):
        if file_format != "table" and not reply.as_json:
            return _export(reply, found, file_format=Format(file_format), output=output)
        rows = _rows(reply, found, limit)
        reply.give(_difference_document(found, rows), _difference_view(found, rows))
        _note_more(reply, found, rows)
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
    _check_format(file_format, output)
    with (
        Workspace.open(home, resident=False) as workspace,
        workspace.bridge(partner, metric, month=month, **chosen) as found,
    ):
        if file_format != "table" and not reply.as_json:
            return _export(reply, found, file_format=Format(file_format), output=output)
        rows = _rows(reply, found, limit) if with_rows or reply.as_json else []
        sides = bridge_sides(found)
        document = _difference_document(found, rows) | {"bridge": [_side_document(side) for side in sides]}
        reply.give(document, _bridge_view(found, sides, rows))
        if with_rows:
            _note_more(reply, found, rows)
    return DONE


def _check_format(file_format: str, output: Path | None) -> None:
    if file_format not in FORMATS:
        raise UsageError(f"there is no format '{file_format}'", f"use {', '.join(FORMATS)}")
    if output is not None and file_format == "table":
        raise UsageError(f"'{output}' needs a format", "add --format csv, xlsx or parquet")


def _rows(reply: Reply, found: Difference, limit: int) -> list[Change]:
    everything = reply.as_json or not limit
    return found.rows(limit=found.rows_there() if everything else limit)


def _note_more(reply: Reply, found: Difference, rows: Sequence[Change]) -> None:
    more = found.rows_there() - len(rows)
    if more > 0:
        reply.note(f"{more:,} more; list all with --limit 0, or export them with --format")


def _export(reply: Reply, found: Difference, *, file_format: Format, output: Path | None) -> int:
    heading = found.heading
    before, after = heading.before, heading.after
    provenance = Provenance(
        title=f"{heading.title}: rows that differ between edition {before.edition} ({before.month}) "
        f"and edition {after.edition} ({after.month})",
        program=heading.program,
        month=after.month,
        edition=after.edition,
        subject=Subject(heading.metric.value, heading.title, heading.definition, heading.unit),
        window=after.window,
        made_at=datetime.now(UTC),
        partner_id=heading.partner_id,
        partner_name=heading.partner_name,
        filter=heading.filter,
        rule_sets=heading.rule_sets,
        parameters=heading.parameters,
    )
    sums = tuple(SumOf(side, "change", {"side": side}) for side in heading.sides)
    written = write_export(
        Export(found.batches(), provenance, sums), output or sys.stdout.buffer, file_format=file_format
    )
    document = provenance_document(written)
    where = f"'{output}'" if output else "standard output"
    reply.note(f"{document['row_count']:,} rows on {where} · sum {document['sum']} · digest {document['digest']}")
    return DONE


def _difference_document(found: Difference, rows: Sequence[Change]) -> dict[str, Any]:
    heading = found.heading
    return {
        "partner": heading.partner_id,
        "partner_name": heading.partner_name,
        "metric": heading.metric.value,
        "title": heading.title,
        "definition": heading.definition,
        "unit": heading.unit,
        "filters": {
            "products": sorted(heading.filter.products),
            "workloads": sorted(heading.filter.workloads),
            "countries": sorted(heading.filter.countries),
        },
        "before": _reading_document(heading.before),
        "after": _reading_document(heading.after),
        "changes": [total.__dict__ for total in found.totals],
        "causes": found.causes,
        "rows": [row.__dict__ for row in rows],
    }


def _reading_document(reading: Reading) -> dict[str, Any]:
    return {
        "edition": reading.edition,
        "month": str(reading.month),
        "window": reading.window,
        "value": reading.value,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "flags": list(reading.flags),
    }


def _side_document(side: BridgeSide) -> dict[str, Any]:
    def span(part: Span) -> dict[str, Any]:
        return {"rows": part.rows, "amount": exact_text(part.amount)}

    return {
        "side": side.side,
        "before": exact_text(side.before),
        "entered": span(side.entered),
        "corrected": span(side.corrected),
        "rolled_off": span(side.rolled_off),
        "after": exact_text(side.after),
    }


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
