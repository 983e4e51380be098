"""Licences: deployment and usage of a partner's customers, as a reader may see them."""

from collections.abc import Iterable
from dataclasses import replace

from partnerlens.access.choices import Choices, partner_choices
from partnerlens.access.gate import Gate
from partnerlens.access.reader import Rights
from partnerlens.access.takeaway import check_download
from partnerlens.adoption import Adoption, CustomerHistory
from partnerlens.errors import NotFoundError, UsageError


class Licences(Gate):
    """The verbs of a desk about deployment and usage."""

    def adoption(
        self,
        partner_id: str | None,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
        include_trials: bool = False,
    ) -> Adoption:
        """
        Return deployment and usage of the customers that a partner sees; see ``Workspace.adoption``.

        Nothing in it names another partner: what is not the partner's own is in the totals of its customers alone.

        Args:
            partner_id: the partner; None for the whole program, which is for operators.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.
            include_trials: also count what nobody bought.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or a month or filter value is unknown.
            ForbiddenError: the reader's role does not open the page; or the partner is not eligible; or the whole
                program is asked for by one who is no operator.
        """
        self._licence_rights(partner_id, month)
        return self._workspace.adoption(
            partner_id,
            month=month,
            products=products,
            workloads=workloads,
            countries=countries,
            include_trials=include_trials,
        )

    def customer_adoption(
        self,
        partner_id: str | None,
        customer_id: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
        include_trials: bool = False,
    ) -> CustomerHistory:
        """
        Return one customer as a partner sees it; money is left out unless a role opens it.

        A customer on which the partner has no customer credit in the data month is as one that does not exist.

        Raises:
            NotFoundError: there is no such partner or customer, or not for this reader; or a month or filter value is
                unknown.
            ForbiddenError: as ``adoption``.
        """
        rights = self._licence_rights(partner_id, month)
        found = self._workspace.customer_adoption(
            partner_id,
            customer_id,
            month=month,
            products=products,
            workloads=workloads,
            countries=countries,
            include_trials=include_trials,
        )
        return found if rights.revenue else replace(found, revenue=None)

    def licence_choices(self, partner_id: str | None, month: str | None = None) -> Choices:
        """Return the filter values of a page of licences: the partner's, or all of the program's; as ``adoption``."""
        self._licence_rights(partner_id, month)
        edition = self._edition(month)
        if partner_id is not None:
            return partner_choices(edition, partner_id)
        products = sorted(edition.product_names.items(), key=lambda product: (product[1], product[0]))
        return Choices(tuple(products), tuple(sorted(edition.workloads)), tuple(sorted(edition.countries)))

    def check_licence_download(self, partner_id: str | None, month: str | None = None) -> None:
        """Raise ForbiddenError unless the reader may take the rows of a partner away; otherwise as ``adoption``."""
        check_download(self._licence_rights(partner_id, month))

    def licence_partner(self, named: str | None, month: str | None = None) -> str | None:
        """
        Return the partner that a request without one in its path is about; None for an operator's whole program.

        Args:
            named: the partner that is named all the same; None to take the only one that the reader holds a role for.
            month: as of the edition of this month.

        Raises:
            UsageError: the reader holds roles for several partners, or for locations, and names none.
            NotFoundError: the reader holds no role, or none for the partner that is named.
        """
        if named is not None:
            self._found(named, month)
            return named
        if self.reader.is_operator:
            return None
        own = {
            partner
            for grant in self.reader.grants
            if grant.partner_id is not None
            for partner in (grant.locations if grant.locations is not None else (grant.partner_id,))
        }
        if not own:
            raise NotFoundError("there is no partner that you hold a role for", "ask your program operator for a role")
        if len(own) > 1:
            raise UsageError("you hold roles for several partners", "name one of them with 'partner'")
        return own.pop()

    def _licence_rights(self, partner_id: str | None, month: str | None) -> Rights:
        if partner_id is not None:
            return self._rights_for("adoption", partner_id, month)
        self.check_operator()
        return Rights(revenue=True, personal=True, download=True, is_operator=True)
