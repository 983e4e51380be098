"""The operation of a program: what its operators alone ask and do."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from partnerlens.access.audit import AuditPage
from partnerlens.access.numbers import Numbers
from partnerlens.access.reader import Reader
from partnerlens.access.roles import OPERATOR, checked_role
from partnerlens.app.publications import PublicationPreview
from partnerlens.app.workspace import ListedEdition
from partnerlens.errors import NotFoundError, UsageError
from partnerlens.ingest.mapping import built_in_mappings
from partnerlens.ingest.report import LoadReport
from partnerlens.store import Edition, Load, Publication, Rejection


class Operation(Numbers):
    """The verbs of a desk for operators."""

    def values(
        self,
        metric: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
    ) -> pa.Table:
        """Return one metric of every partner; for operators. See ``Workspace.values``."""
        self.check_operator()
        return self._workspace.values(metric, month=month, products=products, workloads=workloads, countries=countries)

    def scores(self, *, scorecard: str | None = None, month: str | None = None, track: str | None = None) -> pa.Table:
        """Return the scores of all partners; for operators. See ``Workspace.scores``."""
        self.check_operator()
        return self._workspace.scores(scorecard=self._scorecard(scorecard), month=month, track=track)

    def editions(self) -> list[ListedEdition]:
        """Return all editions with whether they are published; for operators."""
        self.check_operator()
        return self._workspace.editions()

    def publication_preview(self, month: str) -> PublicationPreview:
        """Return which partners would change tier by publishing a month; for operators. See ``Workspace``."""
        self.check_operator()
        return self._workspace.publication_preview(month)

    def publish(self, month: str, *, edition: int | None = None) -> Publication:
        """Point the readers of a month at its latest edition; for operators. See ``Workspace.publish``."""
        self.check_change()
        publication = self._workspace.publish(month, edition=edition)
        self._audit.record(self.reader, "publish", month, f"edition {publication.edition}")
        return publication

    def build(self, month: str, *, months: int = 1) -> list[Edition]:
        """Build the editions of a month and of those before it; for operators. See ``Workspace.build``."""
        self.check_change()
        built = self._workspace.build(month, months=months)
        self._audit.record(self.reader, "build", month, ", ".join(f"edition {edition.number}" for edition in built))
        return built

    def load(self, file: Path, *, table: str | None = None, mapping: str | None = None) -> list[LoadReport]:
        """
        Load a file of facts; for operators. See ``Workspace.load``.

        Args:
            file: where the door put what it was sent.
            table: the fact table it holds; None to tell from the file's name.
            mapping: the name of a mapping of the program; a path is none.
        """
        self.check_change()
        reports = self._workspace.load([file], table=table, mapping=self._mapping(mapping))
        for report in reports:
            self._audit.record(self.reader, "load", str(report.load), report.file)
        return reports

    def loads(self) -> list[Load]:
        """Return the ledger of loads, oldest first; for operators."""
        self.check_operator()
        return self._workspace.loads()

    def quarantine(self, load: int | None = None, *, limit: int | None = None) -> list[Rejection]:
        """Return the faults of rows in quarantine; for operators. See ``Workspace.quarantine``."""
        self.check_operator()
        return self._workspace.quarantine(load, limit=limit)

    def quarantine_count(self, load: int | None = None) -> int:
        """Return how many faults the rows in quarantine have; for operators."""
        self.check_operator()
        return self._workspace.quarantine_count(load)

    def audit_trail(self, *, limit: int = 50, offset: int = 0) -> AuditPage:
        """Return some of what was done, latest first; for operators."""
        self.check_operator()
        return self._audit.entries(limit=limit, offset=offset)

    def view_as(self, partner_id: str, role: str) -> Reader:
        """
        Return a reader who sees what a role at a partner sees, and may change nothing; for operators.

        It is written down in the audit trail.

        Raises:
            NotFoundError: there is no such partner.
            UsageError: there is no such role, or it is the operators' own.
        """
        self.check_operator()
        self._found(partner_id, None)
        if checked_role(role) == OPERATOR:
            raise UsageError("operators see everything as they are", "choose a role of the partner")
        self._audit.record(self.reader, "view_as", partner_id, role)
        return self.reader.seeing_as(role, partner_id)

    def _mapping(self, name: str | None) -> str | None:
        """The name of a mapping that is one of the program's, never a path."""
        if name is None:
            return None
        known = {*built_in_mappings(), *self._workspace.catalog.names("mappings")}
        if name not in known:
            raise NotFoundError(f"there is no mapping '{name}'", f"known are {', '.join(sorted(known))}")
        return name
