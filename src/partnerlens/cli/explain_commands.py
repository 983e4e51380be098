"""``explain``: the rows behind a number, on the terminal, as JSON, or as an export."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.app.workspace import Workspace
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.errors import UsageError
from partnerlens.explain import Explanation
from partnerlens.explain.row import Row
from partnerlens.export.provenance import Provenance, Subject, provenance_document
from partnerlens.export.totals import SumOf
from partnerlens.export.writing import Export, Format, write_export
from partnerlens.units import short_number

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
    not_counted: bool,
    file_format: str,
    output: Path | None,
    limit: int,
) -> int:
    """Show or write the rows that count, or with ``not_counted`` those that do not, with their reasons."""
    if file_format not in FORMATS:
        raise UsageError(f"there is no format '{file_format}'", f"use {', '.join(FORMATS)}")
    if output is not None and file_format == "table":
        raise UsageError(f"'{output}' needs a format", "add --format csv, xlsx or parquet")
    with (
        Workspace.open(home, resident=False) as workspace,
        workspace.explain(
            partner, metric, month=month, products=products, workloads=workloads, countries=countries
        ) as explanation,
    ):
        if file_format != "table" and not reply.as_json:
            _export(reply, explanation, counted=not not_counted, file_format=Format(file_format), output=output)
            return DONE
        everything = reply.as_json or not limit
        there = explanation.rows_there(counted=not not_counted)
        rows = explanation.rows(counted=not not_counted, limit=there if everything else limit)
        reply.give(_document(explanation, rows), _view(explanation, rows))
        if len(rows) < there:
            reply.note(f"{there - len(rows):,} more; list all with --limit 0, or export them with --format")
    return DONE


def _export(reply: Reply, explanation: Explanation, *, counted: bool, file_format: Format, output: Path | None) -> None:
    heading = explanation.heading
    provenance = Provenance(
        title=f"{heading.title}: rows that {'count' if counted else 'do not count'}",
        program=heading.parameters["program"],
        month=heading.month,
        edition=heading.edition,
        subject=Subject(heading.subject, heading.title, heading.definition, heading.unit),
        window=heading.window,
        made_at=datetime.now(UTC),
        partner_id=heading.partner_id,
        partner_name=heading.partner_name,
        filter=heading.filter,
        rule_sets=heading.rule_sets,
        parameters=heading.parameters,
    )
    sums = tuple(SumOf(total.side, "amount", {"side": total.side, "counted": counted}) for total in explanation.counted)
    export = Export(explanation.batches(counted=counted), provenance, sums)
    written = write_export(export, output or sys.stdout.buffer, file_format=file_format)
    document = provenance_document(written)
    where = f"'{output}'" if output else "standard output"
    reply.note(f"{document['row_count']:,} rows on {where} · sum {document['sum']} · digest {document['digest']}")


def _document(explanation: Explanation, rows: list[Row]) -> dict[str, Any]:
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
        "unit": heading.unit,
        "method": heading.method,
        "reason": heading.null_reason,
        "flags": list(heading.flags),
        "counted": [{"side": total.side, "rows": total.rows, "sum": total.amount} for total in explanation.counted],
        "not_counted": explanation.not_counted,
        "reasons": explanation.reasons,
        "digest": explanation.digest(),
        "rows": [row.__dict__ for row in rows],
    }


def _view(explanation: Explanation, rows: list[Row]) -> RenderableType:
    heading = explanation.heading
    value = "—" if heading.value is None else f"{short_number(heading.value)} {heading.unit}"
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
        Text.assemble((heading.partner_name, "bold"), f"  {heading.partner_id} · {heading.title}: ", (value, "bold")),
        Text(heading.definition),
        Text(f"Window {heading.window} · edition {heading.edition} · {heading.counted_rows}", style="dim"),
        Text(" · ".join(sums)),
        Text(f"Near, but not counted: {', '.join(near)}" if near else "Nothing was near without counting."),
        Text(""),
        rows_view(columns, listed),
    )
