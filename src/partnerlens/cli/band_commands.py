"""``band``: the partners in a band of a benchmark, on the terminal, as JSON, or as an export."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.answer.band import OpenBand
from partnerlens.app.workspace import Workspace
from partnerlens.cli.exports import checked_format, write
from partnerlens.cli.render import bar, benchmark_view, rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.band import band_document
from partnerlens.document.export import band_export
from partnerlens.units import short_number


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
    wanted = checked_format(file_format, output)
    with Workspace.open(home, resident=False) as workspace:
        opened = workspace.band(
            partner, metric, band=number, month=month, products=products, workloads=workloads, countries=countries
        )
        manifest = workspace.answers(month).edition.manifest
    if wanted is not None and not reply.as_json:
        export = band_export(opened, parameters=manifest.parameters, rule_sets=manifest.rule_sets)
        return write(reply, export, file_format=wanted, output=output)
    reply.give(band_document(opened), _view(opened))
    return DONE


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
