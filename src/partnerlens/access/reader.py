"""Who asks, and what that opens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from partnerlens.access.roles import OPERATOR, Page, Role


@dataclass(frozen=True)
class Grant:
    """
    A role that a user holds.

    Attributes:
        role: the role's name.
        partner_id: the partner that it is held for; None for all partners, which operators alone are.
        locations: only these locations of the account; None for the account with all of them.
    """

    role: str
    partner_id: str | None
    locations: frozenset[str] | None = None

    def covers(self, partner_id: str, account: str | None) -> bool:
        """
        Return whether the role is held for a partner.

        Args:
            partner_id: the partner.
            account: the account that it is a location of; None for an account.
        """
        if self.partner_id is None:
            return self.role == OPERATOR
        if self.locations is not None:
            return partner_id in self.locations and account == self.partner_id
        return self.partner_id in {partner_id, account}


@dataclass(frozen=True)
class Reader:
    """
    Who asks: a user with the roles held at this moment.

    Attributes:
        user_id: the user.
        name: the name shown on pages.
        email: the address that the user signs in with.
        grants: the roles held.
        language: the language chosen by the user (``en``, ``fr``, ``ko``); None to leave it to the browser.
        viewed_by: the operator who looks through this reader's eyes; None for the user.
        may_change: whether verbs that change something are open; a token may be for reading alone.
    """

    user_id: str
    name: str
    email: str
    grants: tuple[Grant, ...]
    language: str | None = None
    viewed_by: str | None = None
    may_change: bool = True

    @property
    def is_operator(self) -> bool:
        """Whether the reader is an operator of the program."""
        return any(grant.role == OPERATOR and grant.partner_id is None for grant in self.grants)

    @property
    def actor(self) -> str:
        """The user who answers for what is done: the operator who views as another, else the user."""
        return self.viewed_by or self.user_id

    def seeing_as(self, role: str, partner_id: str) -> "Reader":
        """Return a reader who sees what a role at a partner sees, may change nothing, and is still this user."""
        return replace(self, grants=(Grant(role, partner_id),), viewed_by=self.actor, may_change=False)


@dataclass(frozen=True)
class Rights:
    """
    What a reader may see of one partner: the union of the roles held for it.

    Attributes:
        pages: the pages that are open.
        revenue: whether money is shown.
        personal: whether people and users are named.
        download: whether rows may be taken away as files.
        is_operator: whether exact ranges and other partners are shown.
    """

    pages: frozenset[Page] = frozenset()
    revenue: bool = False
    personal: bool = False
    download: bool = False
    is_operator: bool = False

    def __or__(self, other: "Rights") -> "Rights":
        """Return what either opens."""
        return Rights(
            self.pages | other.pages,
            self.revenue or other.revenue,
            self.personal or other.personal,
            self.download or other.download,
            self.is_operator or other.is_operator,
        )

    def __and__(self, other: "Rights") -> "Rights":
        """Return what both open."""
        return Rights(
            self.pages & other.pages,
            self.revenue and other.revenue,
            self.personal and other.personal,
            self.download and other.download,
            self.is_operator and other.is_operator,
        )


def rights_of(
    grants: Iterable[Grant], roles: Mapping[str, Role], partner_id: str, account: str | None
) -> Rights | None:
    """
    Return what grants open at a partner; None where none of them covers it.

    Args:
        grants: the roles held; those that the program does not know open nothing.
        roles: the roles of the program.
        partner_id: the partner.
        account: the account that it is a location of; None for an account.
    """
    held = [
        Rights(role.pages, role.revenue, role.personal, role.download, grant.role == OPERATOR)
        for grant in grants
        if grant.covers(partner_id, account) and (role := roles.get(grant.role)) is not None
    ]
    return reduce(Rights.__or__, held) if held else None
