"""``explain``: the rows behind a number, on the terminal, as JSON, or as an export."""

from fractions import Fraction
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.app.workspace import Workspace
from partnerlens.cli.exports import checked_format, note_more, rows_shown, write
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.explanation import explanation_document, leaving_document
from partnerlens.document.export import explanation_export, leaving_export
from partnerlens.errors import UsageError
from partnerlens.explain import Explanation
from partnerlens.explain.row import Row
from partnerlens.export.writing import Export
from partnerlens.units import rounded_text, short_number


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
    wanted = checked_format(file_format, output)
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
        if wanted is not None and not reply.as_json:
            export = _export(explanation, leaving=leaving, counted=not not_counted)
            return write(reply, export, file_format=wanted, output=output)
        if leaving:
            _leaving(reply, explanation, limit=limit)
        else:
            _rows(reply, explanation, counted=not not_counted, limit=limit)
    return DONE


def _export(explanation: Explanation, *, leaving: bool, counted: bool) -> Export:
    heading, totals = explanation.heading, explanation.counted
    if leaving:
        return leaving_export(heading, totals, explanation.leaving_batches())
    return explanation_export(heading, totals, explanation.batches(counted=counted), counted=counted)


def _rows(reply: Reply, explanation: Explanation, *, counted: bool, limit: int) -> None:
    """Show the rows that count, or those that do not."""
    there = explanation.rows_there(counted=counted)
    rows = explanation.rows(counted=counted, limit=rows_shown(reply, limit, there))
    document = explanation_document(
        explanation.heading,
        counted=explanation.counted,
        not_counted=explanation.not_counted,
        reasons=explanation.reasons,
        digest=explanation.digest(),
        rows=rows,
    )
    reply.give(document, _view(explanation, rows))
    note_more(reply, there=there, shown=len(rows))


def _leaving(reply: Reply, explanation: Explanation, *, limit: int) -> None:
    """Show what leaves in the next twelve months, by month."""
    there = explanation.leaving_there()
    rows = explanation.leaving(limit=rows_shown(reply, limit, there))
    months = explanation.leaving_months()
    document = leaving_document(explanation.heading, months=months, rows=rows)
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
    note_more(reply, there=there, shown=len(rows))


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
