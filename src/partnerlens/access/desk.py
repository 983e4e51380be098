"""
The desk: the one way in which the doors of the server ask anything.

Each verb finds out what the reader may see before anything is read, and leaves out of the answer what the reader may
not see. A partner that is not the reader's is exactly one that does not exist.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pyarrow as pa

from partnerlens.access.audit import Audit, AuditPage
from partnerlens.access.choices import Choices, partner_choices
from partnerlens.access.explained import Explained
from partnerlens.access.reader import Reader, Rights, rights_of
from partnerlens.access.redaction import MONEY, redacted_answer
from partnerlens.access.roles import OPERATOR, Page, Role, built_in_roles, checked_role
from partnerlens.answer.edition import OpenEdition, Partner
from partnerlens.app.scores import Changes, ScoreAnswer
from partnerlens.app.workspace import ListedEdition, Workspace
from partnerlens.catalog.catalog import ScorecardVersion
from partnerlens.errors import ForbiddenError, NotEligibleError, NotFoundError, UsageError
from partnerlens.ingest.mapping import built_in_mappings
from partnerlens.ingest.report import LoadReport
from partnerlens.model.metric import METRICS, metric_id
from partnerlens.model.result import Answer
from partnerlens.settings import ProgramSettings
from partnerlens.store import Edition, Load, Publication, Rejection

MOST_PARTNERS = 1000
"""Most partners of one page of a list."""


@dataclass(frozen=True)
class PartnerPage:
    """
    Some of the partners that a reader may see.

    Attributes:
        partners: by name; ``account`` is None where the account is not the reader's.
        total: how many there are in all.
        limit: how many were asked for at most.
        offset: how many were skipped.
    """

    partners: tuple[Partner, ...]
    total: int
    limit: int
    offset: int


@dataclass(frozen=True)
class PublishedMonth:
    """
    A month that can be asked about.

    Attributes:
        month: the data month (YYYY-MM).
        edition: the number of its published edition.
        published_at: since when.
    """

    month: str
    edition: int
    published_at: datetime


@dataclass(frozen=True)
class Basis:
    """
    What the answers of a month rest on.

    Attributes:
        month: the data month (YYYY-MM).
        edition: the number of its published edition.
        data_as_of: when the latest load finished that the edition could see; None without loads.
        credit_policy: the credit policy of the eight metrics.
        currency: the reporting currency.
    """

    month: str
    edition: int
    data_as_of: datetime | None
    credit_policy: str
    currency: str


class Desk:
    """
    What one reader may ask of one program.

    Args:
        workspace: the program.
        reader: who asks.
        audit: where is written down what was done.
        roles: the roles of the program.
    """

    def __init__(
        self, workspace: Workspace, reader: Reader, audit: Audit, *, roles: Mapping[str, Role] | None = None
    ) -> None:
        """Remember who asks."""
        self.workspace_name = workspace.settings.name
        self.reader = reader
        self._workspace = workspace
        self._audit = audit
        self._roles = roles or built_in_roles()

    # What there is to ask about

    def months(self) -> list[PublishedMonth]:
        """Return the published months, latest first."""
        listed = [
            PublishedMonth(str(entry.edition.month), entry.edition.number, entry.published_at)
            for entry in self._workspace.editions()
            if entry.published_at is not None
        ]
        return sorted(listed, key=lambda entry: entry.month, reverse=True)

    def basis(self, month: str | None = None) -> Basis:
        """Return what answers of a month (None for the latest) rest on; raises NotFoundError without an edition."""
        edition = self._edition(month)
        manifest = edition.manifest
        return Basis(
            month=manifest.month,
            edition=edition.number,
            data_as_of=manifest.data_as_of,
            credit_policy=manifest.parameters["contribution_policy"],
            currency=manifest.parameters["reporting_currency"],
        )

    @property
    def settings(self) -> ProgramSettings:
        """The settings of the program."""
        return self._workspace.settings

    def partners(
        self, search: str | None = None, *, month: str | None = None, limit: int = 50, offset: int = 0
    ) -> PartnerPage:
        """
        Return the partners that the reader may see, by name.

        Args:
            search: only those whose id or name holds this text, ignoring case; None for all.
            month: as of the edition of this month; None for the latest published one.
            limit: at most so many, up to 1,000.
            offset: how many to skip.

        Raises:
            UsageError: limit or offset have no meaning.
            NotFoundError: nothing is published.
        """
        if not 1 <= limit <= MOST_PARTNERS or offset < 0:
            raise UsageError(
                f"limit '{limit}' and offset '{offset}' do not fit",
                f"ask for 1 to {MOST_PARTNERS} partners, from offset 0 on",
            )
        wanted = (search or "").casefold()
        seen = [
            partner
            for partner in self._edition(month).partners
            if self._held(partner) is not None
            and (wanted in partner.id.casefold() or wanted in partner.name.casefold())
        ]
        seen.sort(key=lambda partner: (partner.name.casefold(), partner.id))
        page = tuple(self._as_seen(partner, month) for partner in seen[offset : offset + limit])
        return PartnerPage(page, len(seen), limit, offset)

    def partner(self, partner_id: str, *, month: str | None = None) -> Partner:
        """Return a partner; raises NotFoundError when there is none, or not for this reader."""
        return self._as_seen(self._found(partner_id, month)[0], month)

    def rights(self, partner_id: str, *, month: str | None = None) -> Rights:
        """Return what the reader may see of a partner; raises NotFoundError as ``partner`` does."""
        return self._found(partner_id, month)[1]

    def choices(self, partner_id: str, month: str | None = None) -> Choices:
        """
        Return the filter values under which a partner has something.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or nothing is published.
        """
        self._found(partner_id, month)
        return partner_choices(self._workspace.home, self._edition(month), partner_id)

    # Numbers

    def answer(
        self,
        partner_id: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
    ) -> Answer:
        """
        Return the eight metrics of a partner; money is left out (``not_entitled``) unless a role opens it.

        Args:
            partner_id: the partner.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or a month or filter value is unknown.
            ForbiddenError: the reader's role does not open the page; or the partner is not eligible.
        """
        rights = self._rights_for("contribution", partner_id, month)
        answer = self._workspace.answer(
            partner_id, month=month, products=products, workloads=workloads, countries=countries, viewer=_viewer(rights)
        )
        return redacted_answer(answer, rights)

    def score(
        self,
        partner_id: str,
        *,
        scorecard: str | None = None,
        month: str | None = None,
        track: str | None = None,
        costs: Mapping[str, Fraction] | None = None,
        changes: Changes | None = None,
    ) -> ScoreAnswer:
        """
        Return the scores of a partner under a scorecard; see ``Workspace.score``.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or the month or scorecard is unknown.
            ForbiddenError: the reader's role does not open the page; or associations are supposed by one who is no
                operator, since their measures would tell of customers of others.
        """
        rights = self._rights_for("score", partner_id, month)
        if changes and changes.associations and not rights.is_operator:
            raise ForbiddenError(
                "associations can be supposed by program operators alone",
                "suppose other values or added units, or ask your program operator",
            )
        return self._workspace.score(
            partner_id,
            scorecard=self._scorecard(scorecard),
            month=month,
            track=track,
            costs=costs,
            changes=changes,
        )

    def scorecards(self) -> list[ScorecardVersion]:
        """Return every version of every scorecard of the program."""
        return self._workspace.catalog.scorecard_versions()

    def explain(
        self,
        partner_id: str,
        metric: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
    ) -> Explained:
        """
        Return the rows behind a metric of a partner; close them, or use them in a ``with`` block.

        Raises:
            UsageError: there is no such metric.
            NotFoundError: there is no such partner, or not for this reader; or a month or filter value is unknown.
            ForbiddenError: the reader's role does not open the page, or the metric is money and the role opens none.
        """
        rights = self._rights_for("contribution", partner_id, month)
        if metric_id(metric) in MONEY and not rights.revenue:
            raise ForbiddenError(
                f"your role does not open {METRICS[metric_id(metric)].title.lower()}",
                "ask an admin of your company for a role that does",
            )
        explanation = self._workspace.explain(
            partner_id,
            metric,
            month=month,
            products=products,
            workloads=workloads,
            countries=countries,
            viewer=_viewer(rights),
        )
        return Explained(explanation, rights)

    def note_export(self, partner_id: str, what: str) -> None:
        """Write down that rows of a partner are taken away."""
        self._audit.record(self.reader, "export", partner_id, what)

    # For operators

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

    def publish(self, month: str) -> Publication:
        """Point the readers of a month at its latest edition; for operators. See ``Workspace.publish``."""
        self.check_change()
        publication = self._workspace.publish(month)
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

    # Checks

    def _found(self, partner_id: str, month: str | None) -> tuple[Partner, Rights]:
        """The partner with the reader's rights; one that is not the reader's is as one that does not exist."""
        edition = self._edition(month)
        position = edition.positions.get(partner_id)
        partner = None if position is None else edition.partners[position]
        rights = None if partner is None else self._held(partner)
        if partner is None or rights is None:
            raise NotFoundError(f"there is no partner '{partner_id}'")
        return partner, rights

    def _rights_for(self, page: Page, partner_id: str, month: str | None) -> Rights:
        partner, rights = self._found(partner_id, month)
        if page not in rights.pages:
            raise ForbiddenError(
                f"your role does not open the page '{page}'", "ask an admin of your company for a role that does"
            )
        if not rights.is_operator:
            self._check_eligible(partner)
        return rights

    def _check_eligible(self, partner: Partner) -> None:
        eligibility = self._workspace.settings.eligibility
        kind: Literal["account", "location"] = "account" if partner.account is None else "location"
        if kind not in eligibility.account_types:
            raise NotEligibleError(f"the program does not serve partners of the type '{kind}'", "ask for its account")
        if partner.country in eligibility.markets_not_served:
            raise NotEligibleError(f"the program does not serve the market '{partner.country}' yet")

    def check_operator(self) -> None:
        """Raise ForbiddenError unless the reader is an operator of the program."""
        if not self.reader.is_operator:
            raise ForbiddenError("this is for program operators", "ask the program's operator")

    def check_change(self) -> None:
        """Raise ForbiddenError unless the reader may change things: an operator, with a session or a token for it."""
        self.check_operator()
        if not self.reader.may_change:
            raise ForbiddenError("this token is for reading", "make one with 'partnerlens token create --scope write'")

    def _held(self, partner: Partner) -> Rights | None:
        return rights_of(self.reader.grants, self._roles, partner.id, partner.account)

    def _as_seen(self, partner: Partner, month: str | None) -> Partner:
        """A partner without the account that it belongs to where that one is not the reader's."""
        if partner.account is None:
            return partner
        edition = self._edition(month)
        position = edition.positions.get(partner.account)
        seen = position is not None and self._held(edition.partners[position]) is not None
        return partner if seen else replace(partner, account=None)

    def _edition(self, month: str | None) -> OpenEdition:
        return self._workspace.answers(month).edition

    def _scorecard(self, name: str | None) -> str | None:
        """A scorecard's name that names one of the program and nothing else."""
        if name is None:
            return None
        known = {version.id for version in self.scorecards()}
        if name.partition("@")[0] not in known:
            raise NotFoundError(f"there is no scorecard '{name}'", f"known are {', '.join(sorted(known))}")
        return name

    def _mapping(self, name: str | None) -> str | None:
        """The name of a mapping that is one of the program's, never a path."""
        if name is None:
            return None
        known = {*built_in_mappings(), *self._workspace.catalog.names("mappings")}
        if name not in known:
            raise NotFoundError(f"there is no mapping '{name}'", f"known are {', '.join(sorted(known))}")
        return name


def _viewer(rights: Rights) -> Literal["operator", "partner"]:
    return "operator" if rights.is_operator else "partner"
