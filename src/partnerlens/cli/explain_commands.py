"""``explain``: the rows behind a number, on the terminal, as JSON, or as an export."""

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.app.workspace import Workspace
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.export import explanation_export, leaving_export
from partnerlens.errors import UsageError
from partnerlens.explain import Explanation
from partnerlens.explain.reasons import LEAVING_CAUSES
from partnerlens.explain.row import Row
from partnerlens.export.provenance import provenance_document
from partnerlens.export.writing import Export, Format, write_export
from partnerlens.units import rounded_text, short_number

FORMATS = ("table", *(entry.value for entry in Format))


def explain(
    reply: Reply,
    *,
    home: Path,
    partner: str,
    metric: str,
    month: str | None,
    products: list[str],
    workloads: list[str],
    countries: list[str],
    scorecard: str | None,
    track: str | None,
    option: str | None,
    not_counted: bool,
    leaving: bool,
    file_format: str,
    output: Path | None,
    limit: int,
) -> int:
    """Show or write the rows that count; or those that do not, with their reasons; or those that leave, with causes."""
    if leaving and not_counted:
        raise UsageError("--leaving and --not-counted are two questions", "ask one after the other")
    if file_format not in FORMATS:
        raise UsageError(f"there is no format '{file_format}'", f"use {', '.join(FORMATS)}")
    if output is not None and file_format == "table":
        raise UsageError(f"'{output}' needs a format", "add --format csv, xlsx or parquet")
    with (
        Workspace.open(home, resident=False) as workspace,
        workspace.explain(
            partner,
            metric,
            month=month,
            products=products,
            workloads=workloads,
            countries=countries,
            scorecard=scorecard,
            track=track,
            option=option,
            leaving=leaving,
        ) as explanation,
    ):
        if file_format != "table" and not reply.as_json:
            export = leaving_export(explanation) if leaving else _rows_export(explanation, counted=not not_counted)
            _write(reply, export, file_format=Format(file_format), output=output)
            return DONE
        if leaving:
            _leaving(reply, explanation, limit=limit)
            return DONE
        everything = reply.as_json or not limit
        there = explanation.rows_there(counted=not not_counted)
        rows = explanation.rows(counted=not not_counted, limit=there if everything else limit)
        reply.give(_document(explanation, rows), _view(explanation, rows))
        if len(rows) < there:
            reply.note(f"{there - len(rows):,} more; list all with --limit 0, or export them with --format")
    return DONE


def _rows_export(explanation: Explanation, *, counted: bool) -> Export:
    rows = explanation.batches(counted=counted)
    return explanation_export(explanation.heading, explanation.counted, rows, counted=counted)


def _write(reply: Reply, export: Export, *, file_format: Format, output: Path | None) -> None:
    written = write_export(export, output or sys.stdout.buffer, file_format=file_format)
    document = provenance_document(written)
    where = f"'{output}'" if output else "standard output"
    reply.note(f"{document['row_count']:,} rows on {where} · sum {document['sum']} · digest {document['digest']}")


def _leaving(reply: Reply, explanation: Explanation, *, limit: int) -> None:
    """Show what leaves in the next twelve months, by month."""
    there = explanation.leaving_there()
    rows = explanation.leaving(limit=there if reply.as_json or not limit else limit)
    months = explanation.leaving_months()
    document = _heading_document(explanation) | {
        "leaving": [vars(month) for month in months],
        "causes": {
            code: sentence for code, sentence in LEAVING_CAUSES.items() if any(row.cause == code for row in rows)
        },
        "rows": [vars(row) for row in rows],
    }
    listed = [
        (
            row.leaves_in,
            row.change,
            row.side,
            row.month,
            row.customer_name or row.customer_id,
            row.subscription_id,
            row.product_id,
            row.item,
            short_number(row.difference),
            row.cause,
        )
        for row in rows
    ]
    columns = ["in", "change", "side", "month", "customer", "subscription", "product", "item", "difference", "cause"]
    totals = [
        f"{month.month} {month.side}: {month.leaves:,} rows leave"
        + (f" ({month.customers:,} customers)" if month.customers else "")
        + (f", {month.comes:,} come" if month.comes else "")
        + f", {short_number(month.difference)}"
        for month in months
    ]
    empty = "Nothing changes in the next twelve months if nothing is added."
    reply.give(
        document, Group(*_title(explanation), Text("\n".join(totals) or empty), Text(""), rows_view(columns, listed))
    )
    if len(rows) < there:
        reply.note(f"{there - len(rows):,} more; list all with --limit 0, or export them with --format")


def _document(explanation: Explanation, rows: list[Row]) -> dict[str, Any]:
    return _heading_document(explanation) | {
        "counted": [{"side": total.side, "rows": total.rows, "sum": total.amount} for total in explanation.counted],
        "not_counted": explanation.not_counted,
        "reasons": explanation.reasons,
        "digest": explanation.digest(),
        "rows": [row.__dict__ for row in rows],
    }


def _heading_document(explanation: Explanation) -> dict[str, Any]:
    heading = explanation.heading
    return {
        "partner": heading.partner_id,
        "partner_name": heading.partner_name,
        "metric": heading.subject,
        "title": heading.title,
        "definition": heading.definition,
        "month": str(heading.month),
        "window": heading.window,
        "edition": heading.edition,
        "filters": {
            "products": sorted(heading.filter.products),
            "workloads": sorted(heading.filter.workloads),
            "countries": sorted(heading.filter.countries),
        },
        "rule_sets": dict(heading.rule_sets),
        "parameters": dict(heading.parameters),
        "value": heading.value,
        "numerator": heading.numerator,
        "denominator": heading.denominator,
        "baseline": heading.baseline,
        "unit": heading.unit,
        "method": heading.method,
        "reason": heading.null_reason,
        "flags": list(heading.flags),
        "indicator": None if heading.indicator is None else vars(heading.indicator),
    }


def _view(explanation: Explanation, rows: list[Row]) -> RenderableType:
    sums = [
        f"{total.rows:,} rows add up to the {total.side} {short_number(total.amount)}" for total in explanation.counted
    ]
    near = [f"{count:,} {code}" for code, count in explanation.not_counted.items()]
    listed = [
        (
            row.month,
            row.customer_name or row.customer_id,
            row.subscription_id,
            row.product_id,
            row.item,
            row.association,
            None if row.amount is None else short_number(row.amount),
            row.reason,
            row.leaves_in,
        )
        for row in rows
    ]
    columns = ["month", "customer", "subscription", "product", "item", "association", "amount", "reason", "leaves in"]
    return Group(
        *_title(explanation),
        Text(" · ".join(sums)),
        Text(f"Near, but not counted: {', '.join(near)}" if near else "Nothing was near without counting."),
        Text(""),
        rows_view(columns, listed),
    )


def _title(explanation: Explanation) -> list[Text]:
    """What stands above the rows."""
    heading = explanation.heading
    value = "—" if heading.value is None else f"{short_number(heading.value)} {heading.unit}"
    lines = [
        Text.assemble((heading.partner_name, "bold"), f"  {heading.partner_id} · {heading.title}: ", (value, "bold")),
        Text(heading.definition),
    ]
    found = heading.indicator
    if found is not None:
        option = f" · option {found.option}, not {', '.join(found.other_options)}" if found.other_options else ""
        reason = f" ({found.reason})" if found.reason else ""
        lines.append(
            Text(
                f"Scorecard {found.scorecard}@{found.version} · track {found.track}{option} · "
                f"{_points(found.points)} of {_points(found.max)} points{reason} · credit policy {found.credit_policy}"
            )
        )
    lines.append(Text(f"Window {heading.window} · edition {heading.edition} · {heading.counted_rows}", style="dim"))
    return lines


def _points(text: str) -> str:
    return rounded_text(Fraction(text), 1)
