"""What a workspace compares: a partner's own books with the billed lines that count for it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa

from partnerlens.answer.answer import Answers
from partnerlens.answer.edition import OpenEdition
from partnerlens.app.scores import HeldScorecard
from partnerlens.build.narrow import Association
from partnerlens.engine.duckdb import SharedDatabase
from partnerlens.errors import UsageError
from partnerlens.explain import Explanation
from partnerlens.explain.explanation import Heading
from partnerlens.ingest.mapping import read_mapping
from partnerlens.model.metric import MetricId
from partnerlens.model.scorecard import Scorecard
from partnerlens.months import WINDOW_MONTHS
from partnerlens.reconcile import Asked, Reconciliation, reconciled
from partnerlens.settings import ProgramSettings
from partnerlens.store import Store

_COMPARED = ("item", "subscription_id", "customer_id", "customer_name", "product_id", "counted", "reason", "amount")


@dataclass(frozen=True)
class ReconciliationAnswer:
    """
    A partner's books against what counts.

    Attributes:
        heading: the number that the books are compared with.
        file: the name of the file of books.
        result: what agrees, and what does not.
    """

    heading: Heading
    file: str
    result: Reconciliation


class Reconciliations(ABC):
    """The verb of a workspace that compares a partner's books with what counts."""

    home: Path
    settings: ProgramSettings
    _store: Store
    _rows: SharedDatabase

    @abstractmethod
    def answers(self, month: str | None = None) -> Answers:
        """Return the published edition of a month, opened for questions."""

    @abstractmethod
    def explain(
        self,
        partner_id: str,
        metric: str,
        *,
        month: str | None = None,
        scorecard: str | None = None,
        viewer: Literal["operator", "partner"] = "operator",
    ) -> Explanation:
        """Return the rows behind a metric or an indicator."""

    @abstractmethod
    def _scorecard(
        self, edition: OpenEdition, name: str | None, partner_id: str | None, associations: Sequence[Association]
    ) -> HeldScorecard:
        """A scorecard as the edition holds it, or computed from its facts."""

    def reconcile(
        self,
        partner_id: str,
        file: Path | str,
        *,
        month: str | None = None,
        mapping: str | None = None,
        scorecard: str | None = None,
        viewer: Literal["operator", "partner"] = "operator",
    ) -> ReconciliationAnswer:
        """
        Compare a partner's own books with the lines of its revenue, entry by entry.

        Args:
            partner_id: the partner.
            file: the books: a file with the columns of ``partnerlens.reconcile.BOOKS``.
            month: the data month; None for the latest published one.
            mapping: the name of a mapping, or the path of a mapping file, that makes billed lines of other columns.
            scorecard: compare with the revenue of this scorecard, a scorecard's id or ``ID@VERSION``; None for the
                metric.
            viewer: partners see nothing that says who else is credited, or for how much.

        Raises:
            NotFoundError: nothing is published, or the partner is unknown.
            UsageError: the file's ending stands for no format, or the scorecard measures no revenue.
            DefinitionError: the file cannot be read, or rows have faults; each is listed with line and column.
        """
        edition = self.answers(month).edition
        indicator = None
        if scorecard is not None:
            indicator = _revenue_of(self._scorecard(edition, scorecard, partner_id, ()).scorecard)
        path = Path(file)
        known = None if mapping is None else read_mapping(mapping, self.home / "catalog" / "mappings")
        snapshot = self._store.snapshot(as_of_load=edition.manifest.last_load)
        with self.explain(
            partner_id, indicator or MetricId.REVENUE.value, month=month, scorecard=scorecard, viewer=viewer
        ) as explanation:
            heading = explanation.heading
            explained = pa.Table.from_batches(explanation.batches()).select(list(_COMPARED))
        engine = self._rows.session()
        try:
            asked = Asked(
                partner_id,
                edition.month - (WINDOW_MONTHS - 1),
                edition.month,
                edition.manifest.parameters["reporting_currency"],
                edition.manifest.parameters["time_zone"],
            )
            result = reconciled(path, asked, explained, mapping=known, snapshot=snapshot, engine=engine)
        finally:
            engine.close()
        return ReconciliationAnswer(heading, path.name, result)


def _revenue_of(scorecard: Scorecard) -> str:
    """The first indicator of a scorecard that measures revenue; raises UsageError where none does."""
    for track in scorecard.tracks.values():
        for name, indicator in track.indicators.items():
            if any(option.kind == "revenue" for option in indicator.options.values()):
                return name
    raise UsageError(
        f"scorecard '{scorecard.id}' measures no revenue", "leave --scorecard out to compare with the metric"
    )
