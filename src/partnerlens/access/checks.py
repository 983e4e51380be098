"""Checks: what is odd about a partner, and its own books against what counts, as a reader may see them."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.access.gate import viewer_of
from partnerlens.access.operation import Operation
from partnerlens.access.reader import Rights
from partnerlens.access.takeaway import check_download
from partnerlens.app.reconciliations import ReconciliationAnswer
from partnerlens.errors import ForbiddenError
from partnerlens.findings import Finding, Findings, Severity
from partnerlens.findings.rule import Part

EVERYTHING = Rights(frozenset({"score", "adoption"}), revenue=True, personal=True, download=True, is_operator=True)
"""What operators see of the whole program."""


class Checks(Operation):
    """The verbs of a desk that check the data."""

    def findings(self, partner_id: str | None, *, month: str | None = None) -> Findings:
        """
        Return what the facts say is odd about a partner; see ``Workspace.findings``.

        Money, names of people, and what comes from pages that are not the reader's, are left out.

        Args:
            partner_id: the partner; None for all of them, which is for operators.
            month: the data month; None for the latest published one.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or the month is not published.
            ForbiddenError: the reader's role does not open the page; or the partner is not eligible; or all partners
                are asked for by one who is no operator.
        """
        rights = self._finding_rights(partner_id, month)
        return redacted_findings(self._workspace.findings(partner_id, month=month, viewer=viewer_of(rights)), rights)

    def finding_count(self, partner_id: str, *, month: str | None = None) -> int | None:
        """
        Return how many findings of a partner are not of low severity; None while that is not known.

        It never waits for the facts to be read; otherwise as ``findings``.
        """
        rights = self._finding_rights(partner_id, month)
        known = self._workspace.known_findings(partner_id, month=month, viewer=viewer_of(rights))
        if known is None:
            return None
        return sum(finding.rule.severity is not Severity.LOW and _is_open(finding, rights) for finding in known.found)

    def check_finding_download(self, partner_id: str | None, month: str | None = None) -> None:
        """Raise ForbiddenError unless the reader may take evidence away; otherwise as ``findings``."""
        check_download(self._finding_rights(partner_id, month))

    def reconcile(
        self,
        partner_id: str,
        file: Path,
        *,
        month: str | None = None,
        mapping: str | None = None,
        scorecard: str | None = None,
    ) -> ReconciliationAnswer:
        """
        Compare a partner's own books with what counts; see ``Workspace.reconcile``. Nothing of the file is kept.

        Args:
            partner_id: the partner.
            file: where the door put what it was sent.
            month: the data month; None for the latest published one.
            mapping: the name of a mapping of the program; a path is none.
            scorecard: compare with the revenue of this scorecard; None for the metric.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or a month, mapping or scorecard is
                unknown.
            ForbiddenError: the reader's role does not open the page, or no money; or the partner is not eligible.
            UsageError: the file's ending stands for no format.
            DefinitionError: the file cannot be read, or rows have faults.
        """
        rights = self.check_reconcile(partner_id, month)
        return self._workspace.reconcile(
            partner_id,
            file,
            month=month,
            mapping=self._mapping(mapping),
            scorecard=self._scorecard(scorecard),
            viewer=viewer_of(rights),
        )

    def check_reconcile(self, partner_id: str, month: str | None = None) -> Rights:
        """Return the reader's rights; raises NotFoundError or ForbiddenError where books may not be compared."""
        rights = self._rights_for("contribution", partner_id, month)
        if not rights.revenue:
            raise ForbiddenError("your role does not open revenue", "ask an admin of your company for a role that does")
        return rights

    def _finding_rights(self, partner_id: str | None, month: str | None) -> Rights:
        if partner_id is not None:
            return self._rights_for("findings", partner_id, month)
        self.check_operator()
        return EVERYTHING


def redacted_findings(findings: Findings, rights: Rights) -> Findings:
    """Return findings without what the rights do not open."""
    kept = findings.chosen(lambda finding: _is_open(finding, rights))
    if not rights.revenue:
        codes = {finding.rule.code for finding in kept.found if finding.rule.is_money}
        kept = replace(
            kept,
            found=tuple(replace(finding, stake=None) if finding.rule.is_money else finding for finding in kept.found),
            evidence=_without(kept.evidence, codes, "amount"),
        )
    if not rights.personal:
        codes = {finding.rule.code for finding in kept.found if finding.rule.names_people}
        kept = replace(kept, evidence=_without(kept.evidence, codes, "item"))
    return kept


def _is_open(finding: Finding, rights: Rights) -> bool:
    """Whether the rights open what a finding comes from."""
    parts = finding.rule.parts
    return not (
        (Part.SCORES in parts and "score" not in rights.pages)
        or (Part.ADOPTION in parts and "adoption" not in rights.pages)
    )


def _without(evidence: pa.Table, codes: set[str], column: str) -> pa.Table:
    """The evidence with a column emptied in the rows of some findings."""
    place = evidence.schema.get_field_index(column)
    field = evidence.schema.field(place)
    hidden = pc.is_in(evidence["code"], pa.array(sorted(codes), pa.string()))
    emptied = pc.if_else(hidden, pa.scalar(None, field.type), evidence[column])
    return evidence.set_column(place, field, emptied)
