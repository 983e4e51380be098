"""What a workspace answers about licences: deployment and usage of a partner's customers, or of the whole program."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from partnerlens.adoption import Adoption, AdoptionQuestion, CustomerHistory, find_adoption, find_customer
from partnerlens.answer.answer import Answers
from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.selection import Selection
from partnerlens.engine.duckdb import SharedDatabase
from partnerlens.model.result import Filter
from partnerlens.store import Store

KEPT_LINES = 200_000
"""So many lines of answers are kept in memory, so that turning pages of a list does not read the facts again."""


class KeptAdoptions:
    """The latest answers by edition and question, up to ``KEPT_LINES`` lines in all."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._held: OrderedDict[tuple[int, object], Adoption] = OrderedDict()
        self._lock = Lock()

    def get(self, edition: int, question: object) -> Adoption | None:
        """Return an answer that is kept; None otherwise."""
        with self._lock:
            found = self._held.get((edition, question))
            if found is not None:
                self._held.move_to_end((edition, question))
            return found

    def keep(self, edition: int, question: object, adoption: Adoption) -> None:
        """Keep an answer, and let the oldest go where there are too many lines."""
        with self._lock:
            self._held[edition, question] = adoption
            while len(self._held) > 1 and sum(len(entry.lines) + 1 for entry in self._held.values()) > KEPT_LINES:
                self._held.popitem(last=False)


class Adoptions(ABC):
    """The verbs of a workspace about deployment and usage."""

    _store: Store
    _rows: SharedDatabase
    _adoptions: KeptAdoptions

    @abstractmethod
    def answers(self, month: str | None = None) -> Answers:
        """Return the published edition of a month, opened for questions."""

    def adoption(
        self,
        partner_id: str | None = None,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
        include_trials: bool = False,
    ) -> Adoption:
        """
        Return deployment and usage of the customers that a partner sees, from the facts of the published edition.

        Args:
            partner_id: the partner; None for the whole program, which is for operators.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all. OneDrive and SharePoint select each other.
            countries: customer locations; empty for all.
            include_trials: also count trials, free and internal licences, and seats that nobody bought.

        Raises:
            NotFoundError: nothing is published, or the partner or a filter value is unknown.
            DefinitionError: the edition does not keep the rules that it was built with.
        """
        edition = self.answers(month).edition
        asked = edition.checked(Filter(frozenset(products), frozenset(workloads), frozenset(countries)))
        key = (partner_id, asked, include_trials)
        kept = self._adoptions.get(edition.number, key)
        if kept is None:
            question = _question(edition, partner_id, asked, include_trials=include_trials)
            snapshot = self._store.snapshot(as_of_load=edition.manifest.last_load)
            kept = find_adoption(question, edition=edition, snapshot=snapshot, engine=self._rows.session)
            self._adoptions.keep(edition.number, key, kept)
        return kept

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
        Return one customer with its licences, and twelve months of them; see ``adoption``.

        Raises:
            NotFoundError: nothing is published, the partner or a filter value is unknown, or the partner has no
                customer credit on such a customer.
            DefinitionError: the edition does not keep the rules that it was built with.
        """
        edition = self.answers(month).edition
        asked = edition.checked(Filter(frozenset(products), frozenset(workloads), frozenset(countries)))
        question = _question(edition, partner_id, asked, include_trials=include_trials, customer_id=customer_id)
        snapshot = self._store.snapshot(as_of_load=edition.manifest.last_load)
        return find_customer(question, edition=edition, snapshot=snapshot, engine=self._rows.session)


def _question(
    edition: OpenEdition,
    partner_id: str | None,
    asked: Filter,
    *,
    include_trials: bool,
    customer_id: str | None = None,
) -> AdoptionQuestion:
    if partner_id is not None:
        edition.position(partner_id)
    return AdoptionQuestion(partner_id, Selection(asked, edition.workloads_of), include_trials, customer_id)
