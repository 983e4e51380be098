"""What a workspace answers about two editions: the rows that differ, and the bridge from one month to the next."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from partnerlens.answer.answer import Answers
from partnerlens.answer.edition import OpenEdition
from partnerlens.engine.duckdb import SharedDatabase
from partnerlens.errors import NotFoundError
from partnerlens.explain.difference import Difference, End, compare_editions
from partnerlens.model.edition import Manifest
from partnerlens.model.metric import metric_id
from partnerlens.model.result import Filter
from partnerlens.months import Month
from partnerlens.store import Store
from partnerlens.store.result_files import ResultFiles


class Comparisons(ABC):
    """The verbs of a workspace that hold one edition against another."""

    home: Path
    _store: Store
    _rows: SharedDatabase

    @abstractmethod
    def answers(self, month: str | None = None) -> Answers:
        """Return the published edition of a month, opened for questions."""

    def difference(
        self,
        partner_id: str,
        metric: str,
        before: int,
        after: int,
        *,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
        viewer: Literal["operator", "partner"] = "operator",
    ) -> Difference:
        """
        Return the rows of a metric that differ between two editions, each with its cause; close it after use.

        Args:
            partner_id: the partner.
            metric: the metric's id.
            before: the number of the edition to begin with; it may be the newer one, which undoes the changes.
            after: the number of the edition to end with.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.
            viewer: operators see who is credited instead, partners do not.

        Raises:
            NotFoundError: an edition does not exist, or neither knows the partner or a filter value.
            UsageError: there is no such metric.
            DefinitionError: an edition does not keep its rules, or counted in another way than this version.
        """
        known = metric_id(metric)
        asked = Filter(frozenset(products), frozenset(workloads), frozenset(countries))
        ends = [self._end(number) for number in (before, after)]
        return compare_editions(
            known, partner_id, before=ends[0], after=ends[1], engine=self._rows.session, asked=asked, viewer=viewer
        )

    def bridge(
        self,
        partner_id: str,
        metric: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
        viewer: Literal["operator", "partner"] = "operator",
    ) -> Difference:
        """
        Return the difference between the published editions of a month and of the month before it; close it after use.

        ``partnerlens.explain.bridge_sides`` adds it up as entered, corrected and rolled off.

        Args:
            partner_id: the partner.
            metric: the metric's id.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.
            viewer: operators see who is credited instead, partners do not.

        Raises:
            NotFoundError: one of the two months is not published, or neither edition knows the partner or a filter
                value.
            UsageError: there is no such metric.
            DefinitionError: an edition does not keep its rules, or counted in another way than this version.
        """
        after = self.answers(month).edition
        before = self._store.published(after.month - 1)
        if before is None:
            raise _unpublished(after.month)
        return self.difference(
            partner_id,
            metric,
            before.edition,
            after.number,
            products=products,
            workloads=workloads,
            countries=countries,
            viewer=viewer,
        )

    def _end(self, number: int) -> End:
        manifest = Manifest.model_validate_json(self._store.edition(number).manifest)
        edition = OpenEdition(number, manifest, ResultFiles(self.home), resident=False)
        return End(edition, self._store.snapshot(as_of_load=manifest.last_load))


def _unpublished(month: Month) -> NotFoundError:
    return NotFoundError(
        f"there is no bridge to {month}: month {month - 1} is not published",
        f"build it with 'partnerlens build {month - 1}', then 'partnerlens publish {month - 1}'",
    )
