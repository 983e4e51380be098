"""``band``: the partners in a band of a benchmark, on the terminal, as JSON, or as an export."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.answer.band import OpenBand
from partnerlens.app.workspace import Workspace
from partnerlens.cli.render import bar, benchmark_view, rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.answer import benchmark_document
from partnerlens.errors import UsageError
from partnerlens.export.provenance import Provenance, Subject, provenance_document
from partnerlens.export.totals import SumOf
from partnerlens.export.writing import Export, Format, write_export
from partnerlens.months import WINDOW_MONTHS
from partnerlens.units import short_number

FORMATS = ("table", *(entry.value for entry in Format))

EXACT = pa.decimal128(38, 18)
MEMBERS = pa.schema(
    [
        ("rank", pa.int64()),
        ("partner_id", pa.string()),
        ("partner_name", pa.string()),
        ("value", EXACT),
        ("numerator", EXACT),
        ("denominator", EXACT),
        ("below", pa.int64()),
    ]
)
"""The columns of an exported band."""


def band(
    reply: Reply,
    *,
    home: Path,
    partner: str,
    metric: str,
    number: int | None,
    month: str | None,
    products: list[str],
    workloads: list[str],
    countries: list[str],
    file_format: str,
    output: Path | None,
) -> int:
    """Show or write the partners of a band, or say why there is none."""
    if file_format not in FORMATS:
        raise UsageError(f"there is no format '{file_format}'", f"use {', '.join(FORMATS)}")
    if output is not None and file_format == "table":
        raise UsageError(f"'{output}' needs a format", "add --format csv, xlsx or parquet")
    with Workspace.open(home, resident=False) as workspace:
        opened = workspace.band(
            partner, metric, band=number, month=month, products=products, workloads=workloads, countries=countries
        )
        manifest = workspace.answers(month).edition.manifest
    if file_format != "table" and not reply.as_json:
        export = band_export(opened, parameters=manifest.parameters, rule_sets=manifest.rule_sets)
        written = write_export(export, output or sys.stdout.buffer, file_format=Format(file_format))
        document = provenance_document(written)
        where = f"'{output}'" if output else "standard output"
        reply.note(f"{document['row_count']:,} rows on {where} · digest {document['digest']}")
        return DONE
    reply.give(_document(opened), _view(opened))
    return DONE


def band_export(opened: OpenBand, *, parameters: Mapping[str, str], rule_sets: Mapping[str, str]) -> Export:
    """Return the partners of an open band as a table to be written, with the sum of the exact numerators."""
    metric = opened.metric
    first = opened.month - (WINDOW_MONTHS - 1) if metric.history_months else opened.month
    title = f"{metric.title}: partners in band {opened.band}" if opened.band else f"{metric.title}: no band"
    columns = {field.name: [getattr(member, field.name) for member in opened.members] for field in MEMBERS}
    for name in ("value", "numerator", "denominator"):
        columns[name] = [None if text is None else Decimal(text) for text in columns[name]]
    table = pa.table(columns, MEMBERS)
    provenance = Provenance(
        title=title,
        program=parameters["program"],
        month=opened.month,
        edition=opened.edition,
        subject=Subject(metric.id.value, metric.title, metric.definition, opened.unit),
        window=str(first) if first == opened.month else f"{first} to {opened.month}",
        made_at=datetime.now(UTC),
        filter=opened.filter,
        rule_sets=rule_sets,
        parameters=parameters,
    )
    return Export(table.to_reader(), provenance, (SumOf("numerator", "numerator"),))


def _document(opened: OpenBand) -> dict[str, Any]:
    return {
        "partner": opened.partner_id,
        "partner_name": opened.partner_name,
        "metric": opened.metric.id.value,
        "title": opened.metric.title,
        "month": str(opened.month),
        "edition": opened.edition,
        "filters": {
            "products": sorted(opened.filter.products),
            "workloads": sorted(opened.filter.workloads),
            "countries": sorted(opened.filter.countries),
        },
        "value": opened.value,
        "unit": opened.unit,
        "benchmark": benchmark_document(opened.benchmark),
        "band": opened.band,
        "not_compared": opened.not_compared,
        "reasons": opened.reasons,
        "rule": opened.rule,
        "fewest": opened.fewest,
        "sizes": [{"band": number, "partners": size} for number, size in opened.sizes],
        "members": [asdict(member) for member in opened.members],
    }


def _view(opened: OpenBand) -> RenderableType:
    metric, benchmark = opened.metric, opened.benchmark
    value = "—" if opened.value is None else f"{short_number(opened.value)} {opened.unit}"
    parts: list[RenderableType] = [
        Text.assemble((opened.partner_name, "bold"), f"  {opened.partner_id} · {metric.title}: ", (value, "bold")),
        Text(f"Data month {opened.month} · edition {opened.edition}", style="dim"),
        benchmark_view(benchmark),
        Text(opened.rule),
        *(Text(sentence) for sentence in opened.reasons.values()),
    ]
    if benchmark.withheld:
        sizes = "".join(f", {size} in band {number}" for number, size in opened.sizes)
        parts.append(
            Text(
                f"{benchmark.peers} partners are compared{sizes}; "
                f"it takes {4 * opened.fewest}, and {opened.fewest} in each band that has any."
            )
        )
    if opened.band:
        columns = ["rank", "partner", "name", "value", "below"]
        rows = [
            (member.rank, member.partner_id, member.partner_name, short_number(member.value), member.below)
            for member in opened.members
        ]
        parts += [Text(""), Text(f"{bar(opened.band)}  band {opened.band}", style="bold"), rows_view(columns, rows)]
    return Group(*parts)
