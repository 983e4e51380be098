"""``reconcile``: a partner's own books against what counts, on the terminal, as JSON, or as an export."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.app.reconciliations import ReconciliationAnswer
from partnerlens.app.workspace import Workspace
from partnerlens.cli.exports import checked_format, note_more, write
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.reconciliation import reconciliation_document, reconciliation_export
from partnerlens.errors import UsageError
from partnerlens.reconcile import KINDS, ReconciledRow
from partnerlens.units import short_number

STANDING_WORDS = {
    "matched": "matched",
    "different": "different",
    "only_counted": "counted, not in the books",
    "only_books": "in the books, not counted",
}


def reconcile(
    reply: Reply,
    *,
    home: Path,
    partner: str,
    file: Path,
    month: str | None,
    mapping: str | None,
    scorecard: str | None,
    file_format: str,
    output: Path | None,
    limit: int,
) -> int:
    """Show or write what agrees and what does not, with totals that add up."""
    export_format = checked_format(file_format, output)
    if not file.is_file():
        raise UsageError(f"there is no file '{file}'", "name the file of the partner's own invoices")
    with Workspace.open(home, resident=False) as workspace:
        answer = workspace.reconcile(partner, file, month=month, mapping=mapping, scorecard=scorecard)
    if export_format is not None and not reply.as_json:
        return write(reply, reconciliation_export(answer), file_format=export_format, output=output)
    odd = [row for row in answer.result.rows if row.standing != "matched"]
    shown = odd[:limit] if limit else odd
    reply.give(reconciliation_document(answer, answer.result.rows), _view(answer, shown))
    note_more(reply, there=len(odd), shown=len(shown))
    return DONE


def _view(answer: ReconciliationAnswer, rows: list[ReconciledRow]) -> RenderableType:
    heading, result = answer.heading, answer.result
    currency = heading.parameters["reporting_currency"]
    totals = [
        (
            STANDING_WORDS[total.standing],
            total.kind,
            f"{total.rows:,}",
            short_number(total.booked),
            short_number(total.counted),
            short_number(total.difference),
        )
        for total in result.totals
    ]
    totals.append(
        (
            "in all",
            "",
            f"{len(result.rows):,}",
            short_number(result.booked),
            short_number(result.counted),
            short_number(result.difference),
        )
    )
    lines: list[RenderableType] = [
        Text.assemble(
            (heading.partner_name, "bold"), f"  {heading.partner_id} · {answer.file} against {heading.title}"
        ),
        Text(
            f"Window {heading.window} · edition {heading.edition} · {result.entries:,} entries · amounts in {currency}",
            style="dim",
        ),
        Text(""),
        rows_view(["", "kind", "rows", "in the books", "counted", "difference"], totals),
        *(
            Text(f"{short_number(amount)} {unit} in the books have no exchange rate and are in no sum.")
            for unit, amount in result.unconverted.items()
        ),
    ]
    remedies = [
        Text(f"{code}: {KINDS[code].sentence} {KINDS[code].remedy}".rstrip())
        for code in result.kinds
        if not code.startswith("matched")
    ]
    listed = [
        (
            row.line,
            row.kind,
            row.month or row.billed_month,
            row.customer or row.customer_id,
            row.subscription_id,
            None if row.amount is None else f"{short_number(row.amount)} {row.currency}",
            None if row.billed_amount is None else f"{short_number(row.billed_amount)} {row.billed_currency}",
        )
        for row in rows
    ]
    if not listed:
        return Group(*lines, Text(""), Text("Every entry and every counted line agree."))
    columns = ["line", "kind", "month", "customer", "subscription", "in the books", "billed"]
    return Group(*lines, Text(""), *remedies, Text(""), rows_view(columns, listed))
