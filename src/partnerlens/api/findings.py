"""Findings: what the facts say is odd about a partner, or about all of them, and the rows that say so."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.api.files import FILE, PROGRAM, Taken, file_reply
from partnerlens.api.parameters import (
    Asker,
    FormatQuery,
    LimitQuery,
    MonthQuery,
    OffsetQuery,
    PartnerPath,
    RowFormat,
)
from partnerlens.api.reply import Page, document_reply, page_of
from partnerlens.document.findings import (
    EvidenceDocument,
    FindingDocument,
    FindingsDocument,
    evidence_documents,
    finding_document,
    findings_document,
    findings_export,
)
from partnerlens.errors import NotFoundError
from partnerlens.export.writing import write_export
from partnerlens.findings import Findings, rule_of

router = APIRouter()

CodePath = Annotated[str, Path(description="The code of a finding, such as D-01.", pattern=r"^[Dd]-[0-9]{2}[a-z]?$")]


class EvidencePageDocument(Page):
    """Some rows behind a finding, those with most at stake first; ``findings`` holds it, once for each partner."""

    month: str
    edition: int
    findings: list[FindingDocument]
    rows: list[EvidenceDocument]


@router.get(
    "/partners/{partner:path}/findings/rows", summary="The rows behind all findings of a partner, as a file", **FILE
)
def rows(
    desk: Asker, partner: PartnerPath, month: MonthQuery = None, file_format: FormatQuery = RowFormat.CSV
) -> Response:
    """Return the rows behind all findings of a partner, with what they rest on."""
    return _file(desk, partner, month, file_format)


@router.get(
    "/partners/{partner:path}/findings/{code}",
    response_model=EvidencePageDocument,
    summary="The rows behind a finding of a partner",
)
def evidence(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    code: CodePath,
    month: MonthQuery = None,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the rows behind one finding, some at a time; none where it is not found."""
    return _evidence(request, desk.findings(partner, month=month), code, limit=limit, offset=offset)


@router.get("/partners/{partner:path}/findings", response_model=FindingsDocument, summary="What is odd about a partner")
def partner_findings(request: Request, desk: Asker, partner: PartnerPath, month: MonthQuery = None) -> Response:
    """Return the findings of a partner and those of the program, with what is at stake and what to do."""
    return document_reply(request, findings_document(desk.findings(partner, month=month)))


@router.get("/findings/rows", summary="The rows behind all findings, as a file", **FILE)
def program_rows(desk: Asker, month: MonthQuery = None, file_format: FormatQuery = RowFormat.CSV) -> Response:
    """Return the rows behind the findings of all partners, with what they rest on; for operators."""
    return _file(desk, None, month, file_format)


@router.get("/findings/{code}", response_model=EvidencePageDocument, summary="The rows behind a finding")
def program_evidence(
    request: Request,
    desk: Asker,
    code: CodePath,
    month: MonthQuery = None,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the rows behind one finding of all partners, some at a time; for operators."""
    return _evidence(request, desk.findings(None, month=month), code, limit=limit, offset=offset)


@router.get("/findings", response_model=FindingsDocument, summary="What is odd about all partners")
def program_findings(request: Request, desk: Asker, month: MonthQuery = None) -> Response:
    """Return the findings of all partners; for operators."""
    return document_reply(request, findings_document(desk.findings(None, month=month)))


def _evidence(request: Request, found: Findings, code: str, *, limit: int, offset: int) -> Response:
    rule = rule_of(code)
    if rule is None:
        raise NotFoundError(f"there is no finding '{code}'", "name one such as D-01")
    chosen = found.chosen(lambda finding: finding.rule.code == rule.code)
    page = page_of(request, total=chosen.evidence.num_rows, limit=limit, offset=offset)
    document: EvidencePageDocument = {
        **page,
        "month": str(found.month),
        "edition": found.edition,
        "findings": [finding_document(finding) for finding in chosen.found],
        "rows": evidence_documents(chosen.rows(rule.code, limit=limit, offset=offset)),
    }
    return document_reply(request, document, page=page)


def _file(desk: Desk, partner: str | None, month: str | None, file_format: RowFormat) -> Response:
    desk.check_finding_download(partner, month)
    found = desk.findings(partner, month=month)
    taken = Taken(
        partner=partner or PROGRAM,
        what="findings",
        month=str(found.month),
        edition=found.edition,
        batches=found.evidence.to_reader,
        write=lambda target, form: write_export(findings_export(found), target, file_format=form),
    )
    return file_reply(desk, taken, file_format)
