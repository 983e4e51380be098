"""What is published: read from the ledger once it was written, and else from memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from partnerlens.months import Month
from partnerlens.store import Publication, Store
from partnerlens.store.ledger import Watch


@dataclass(frozen=True)
class _Known:
    """What was read: the version of the ledger, and the latest publication of each month, latest month first."""

    version: tuple[int, int] | None
    latest: Mapping[Month, Publication]


class PublishedMonths:
    """
    The latest publication of each month; several threads may ask at once.

    Args:
        store: whose ledger says what is published.
    """

    def __init__(self, store: Store) -> None:
        """Read nothing yet."""
        self._store = store
        self._watch = Watch(store.layout.ledger)
        self._known = _Known(None, {})

    def latest(self) -> list[Publication]:
        """Return the latest publication of each month, latest month first."""
        return list(self._now().values())

    def of(self, month: Month | None) -> Publication | None:
        """Return the latest publication of a month, or of the latest published month; None when there is none."""
        found = self._now()
        return next(iter(found.values()), None) if month is None else found.get(month)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """
        Let everything that is asked in a block see what is published when it is first asked for.

        A page asks a dozen times, and shows one state of the program; and the ledger is looked at once.
        """
        token = _MOMENT.set(_Moment(self))
        try:
            yield
        finally:
            _MOMENT.reset(token)

    def close(self) -> None:
        """Look at the ledger no more."""
        self._watch.close()

    def _now(self) -> Mapping[Month, Publication]:
        moment = _MOMENT.get()
        if moment is None or moment.owner is not self:
            return self._read()
        if moment.latest is None:
            moment.latest = self._read()
        return moment.latest

    def _read(self) -> Mapping[Month, Publication]:
        # The version is looked at before what it stands for is read: a write in between is then seen the next time.
        version, known = self._watch.version(), self._known
        if version is None or known.version != version:
            by_month = {publication.month: publication for publication in self._store.publications()}
            known = _Known(version, {month: by_month[month] for month in sorted(by_month, reverse=True)})
            self._known = known
        return known.latest


@dataclass
class _Moment:
    """A moment that holds in a thread or task: whose it is, and what was published in it once that was asked for."""

    owner: PublishedMonths
    latest: Mapping[Month, Publication] | None = None


_MOMENT: ContextVar[_Moment | None] = ContextVar("moment", default=None)
