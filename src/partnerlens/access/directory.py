"""The directory: the partners that a reader may see, and the months that can be asked about."""

from dataclasses import dataclass
from datetime import datetime

from partnerlens.access.choices import Choices, partner_choices
from partnerlens.access.gate import Gate
from partnerlens.access.reader import Rights
from partnerlens.answer.edition import Partner
from partnerlens.errors import UsageError

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


class Directory(Gate):
    """The verbs of a desk that say what there is to ask about."""

    def months(self) -> list[PublishedMonth]:
        """Return the published months, latest first."""
        return [
            PublishedMonth(str(publication.month), publication.edition, publication.published_at)
            for publication in self._workspace.published_months()
        ]

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
        return partner_choices(self._edition(month), partner_id)
