"""
The gate: who asks, and what that opens, before anything is read.

A partner that is not the reader's is exactly one that does not exist.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from partnerlens.access.audit import Audit
from partnerlens.access.reader import Reader, Rights, rights_of
from partnerlens.access.roles import Page, Role, built_in_roles
from partnerlens.answer.edition import OpenEdition, Partner
from partnerlens.app.workspace import Workspace
from partnerlens.errors import ForbiddenError, NotEligibleError, NotFoundError
from partnerlens.settings import ProgramSettings


class Gate:
    """
    What one reader may see of one program.

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

    @property
    def settings(self) -> ProgramSettings:
        """The settings of the program."""
        return self._workspace.settings

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


def viewer_of(rights: Rights) -> Literal["operator", "partner"]:
    """Return whose eyes rights are: an operator's or a partner's."""
    return "operator" if rights.is_operator else "partner"
