"""``findings``: what the facts say is odd, on the terminal, as JSON, or its evidence as an export."""

from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.app.workspace import Workspace
from partnerlens.cli.exports import checked_format, note_more, write
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.findings import evidence_documents, findings_document, findings_export
from partnerlens.errors import NotFoundError, UsageError, did_you_mean
from partnerlens.findings import RULES, Evidence, Finding, Findings, Severity, evidence_of, rule_of
from partnerlens.units import short_number

SEVERITIES = tuple(severity.value for severity in Severity)
MARKS = {"high": "!!", "medium": "! ", "low": "  "}


def findings(
    reply: Reply,
    *,
    home: Path,
    partner: str | None,
    month: str | None,
    codes: list[str],
    severities: list[str],
    file_format: str,
    output: Path | None,
    limit: int,
) -> int:
    """Show or write what is odd about a partner, or about all partners."""
    chosen = {_code(code) for code in codes}
    for severity in severities:
        if severity not in SEVERITIES:
            raise UsageError(f"there is no severity '{severity}'", f"use {', '.join(SEVERITIES)}")
    export_format = checked_format(file_format, output)
    with Workspace.open(home, resident=False) as workspace:
        found = workspace.findings(partner, month=month)
    found = found.chosen(
        lambda finding: (
            (not chosen or finding.rule.code in chosen)
            and (not severities or finding.rule.severity.value in severities)
        )
    )
    if export_format is not None and not reply.as_json:
        return write(reply, findings_export(found), file_format=export_format, output=output)
    rows = evidence_of(found.evidence) if codes and (reply.as_json or partner is not None) else []
    document: dict[str, Any] = {**findings_document(found)}
    if codes:
        document["rows"] = evidence_documents(rows)
    shown = rows[:limit] if limit else rows
    reply.give(document, _view(found, shown))
    note_more(reply, there=len(rows), shown=len(shown))
    return DONE


def _code(text: str) -> str:
    """The code of a rule that is named."""
    rule = rule_of(text)
    if rule is None:
        known = [entry.code for entry in RULES]
        raise NotFoundError(f"there is no finding '{text}'", did_you_mean(text, known) or "name one such as D-01")
    return rule.code


def _view(found: Findings, rows: list[Evidence]) -> RenderableType:
    who = "All partners" if found.partner_id is None else f"{found.partner_name}  {found.partner_id}"
    lines: list[RenderableType] = [
        Text(who, style="bold"),
        Text(f"Window {found.window} · edition {found.edition}", style="dim"),
        Text(""),
    ]
    if not found.found:
        lines.append(Text("Nothing is odd."))
    elif found.partner_id is None:
        lines.append(rows_view(["", "code", "finding", "partner", "number", "at stake"], map(_of_all, found.found)))
    else:
        lines.append(rows_view(["", "code", "finding", "at stake"], map(_of_one, found.found)))
        remedies = {finding.rule.code: finding.rule.remedy for finding in found.found}
        lines += [Text(""), Text("What to do", style="bold")]
        lines += [Text(f"{code}  {remedy}") for code, remedy in remedies.items()]
    if rows:
        lines += [Text(""), _evidence(rows)]
    return Group(*lines)


def _of_all(finding: Finding) -> tuple[str | None, ...]:
    rule = finding.rule
    return (
        MARKS[rule.severity.value],
        rule.code,
        rule.title,
        finding.partner_id or "the program",
        f"{finding.number:,}",
        finding.stake_words or None,
    )


def _of_one(finding: Finding) -> tuple[str | None, ...]:
    rule = finding.rule
    return (MARKS[rule.severity.value], rule.code, finding.sentence, finding.stake_words or None)


def _evidence(rows: list[Evidence]) -> RenderableType:
    listed = [
        (
            row.code,
            row.month,
            row.customer_name or row.customer_id,
            row.subscription_id,
            row.product_id,
            row.item,
            None if row.amount is None else f"{short_number(row.amount)} {row.unit}".rstrip(),
            row.note,
        )
        for row in rows
    ]
    return rows_view(["code", "month", "customer", "subscription", "product", "item", "amount", "note"], listed)
