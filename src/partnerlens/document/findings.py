"""Findings as JSON documents, and their evidence as a table to be written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from typing_extensions import TypedDict

from partnerlens.export.provenance import Provenance, Subject
from partnerlens.export.totals import SumOf
from partnerlens.export.writing import Export
from partnerlens.findings import Evidence, Finding, Findings, Rule


class EvidenceDocument(TypedDict):
    """One row behind a finding; null where there is none, or where the reader's role does not open it."""

    code: str
    partner_id: str | None
    customer_id: str | None
    customer_name: str | None
    country: str | None
    subscription_id: str | None
    product_id: str | None
    month: str
    item: str | None
    amount: str | None
    unit: str
    note: str | None


class FindingDocument(TypedDict):
    """One finding; ``partner`` null where it is about the program, ``stake`` null where nothing is added up."""

    code: str
    name: str
    title: str
    severity: str
    scope: str
    group: str
    partner: str | None
    number: int
    rows: int
    sentence: str
    stake: str | None
    stake_words: str | None
    unit: str
    remedy: str
    source: str


class UndecidedDocument(TypedDict):
    """A rule that the facts cannot decide, and why."""

    code: str
    title: str
    why: str


class FindingsDocument(TypedDict):
    """What the facts say is odd; ``partner`` null for all partners."""

    partner: str | None
    partner_name: str | None
    month: str
    window: str
    edition: int
    findings: list[FindingDocument]
    undecided: list[UndecidedDocument]


def findings_document(found: Findings) -> FindingsDocument:
    """Return findings as JSON, without their evidence."""
    return {
        "partner": found.partner_id,
        "partner_name": found.partner_name,
        "month": str(found.month),
        "window": found.window,
        "edition": found.edition,
        "findings": [finding_document(finding) for finding in found.found],
        "undecided": [undecided_document(rule) for rule in found.undecided],
    }


def finding_document(finding: Finding) -> FindingDocument:
    """Return one finding as JSON."""
    rule = finding.rule
    return {
        "code": rule.code,
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity.value,
        "scope": rule.scope,
        "group": rule.group.value,
        "partner": finding.partner_id,
        "number": finding.number,
        "rows": finding.rows,
        "sentence": finding.sentence,
        "stake": finding.stake,
        "stake_words": None if finding.stake is None else finding.stake_words,
        "unit": finding.unit,
        "remedy": rule.remedy,
        "source": rule.source,
    }


def undecided_document(rule: Rule) -> UndecidedDocument:
    """Return a rule that the facts cannot decide as JSON."""
    return {"code": rule.code, "title": rule.title, "why": rule.undecided}


def evidence_documents(rows: Sequence[Evidence]) -> list[EvidenceDocument]:
    """Return rows of evidence as JSON."""
    return [cast(EvidenceDocument, {**vars(row)}) for row in rows]


def findings_export(found: Findings) -> Export:
    """Return the evidence of findings as a table to be written."""
    codes = ", ".join(dict.fromkeys(finding.rule.code for finding in found.found)) or "none"
    provenance = Provenance(
        title=f"Findings: {codes}",
        program=found.parameters["program"],
        month=found.month,
        edition=found.edition,
        subject=Subject("findings", "Findings", "What the facts say is odd, with the rows that say so."),
        window=found.window,
        made_at=datetime.now(UTC),
        partner_id=found.partner_id,
        partner_name=found.partner_name,
        rule_sets=found.rule_sets,
        parameters=found.parameters,
    )
    currency = found.parameters["reporting_currency"]
    return Export(found.evidence.to_reader(), provenance, (SumOf(currency, "amount", {"unit": currency}),))
