"""Numbers opened: the rows behind them, what leaves them, what changed them, and whom they are compared with."""

from collections.abc import Iterable, Mapping, Sequence

from partnerlens.access.compared import Compared, ComparedBand
from partnerlens.access.explained import Explained
from partnerlens.access.gate import viewer_of
from partnerlens.access.numbers import Numbers
from partnerlens.access.reader import Rights
from partnerlens.access.redaction import MONEY
from partnerlens.errors import ForbiddenError, NotFoundError, UsageError
from partnerlens.explain.explanation import LeavingMonth
from partnerlens.model.metric import METRICS, metric_id
from partnerlens.months import Month


class Openings(Numbers):
    """The verbs of a desk that open a number of one partner."""

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
        rights = self._rights_for_metric(partner_id, metric, month)
        explanation = self._workspace.explain(
            partner_id,
            metric,
            month=month,
            products=products,
            workloads=workloads,
            countries=countries,
            viewer=viewer_of(rights),
        )
        return Explained(explanation, rights)

    def explain_indicator(
        self,
        partner_id: str,
        indicator: str,
        *,
        scorecard: str | None = None,
        month: str | None = None,
        track: str | None = None,
        option: str | None = None,
        leaving: bool = False,
    ) -> Explained:
        """
        Return the rows behind an indicator of a partner's score; close them, or use them in a ``with`` block.

        Args:
            partner_id: the partner.
            indicator: the indicator's id.
            scorecard: a scorecard's id, or ``ID@VERSION``; None for the program's first.
            month: the data month; None for the latest published one.
            track: the track; None for the one that counts, else the first that has the indicator.
            option: the option; None for the one that counts.
            leaving: also find what counts in later months only, so that ``Explained.leaving`` is whole.

        Raises:
            UsageError: there is no such indicator, track or option, or the program applies no scorecard.
            NotFoundError: there is no such partner, or not for this reader; or the month or scorecard is unknown.
            ForbiddenError: the reader's role does not open the page.
        """
        rights = self._rights_for("score", partner_id, month)
        explanation = self._workspace.explain(
            partner_id,
            indicator,
            month=month,
            scorecard=self._scorecard(scorecard) or self._first_scorecard(),
            track=track,
            option=option,
            leaving=leaving,
            viewer=viewer_of(rights),
        )
        return Explained(explanation, rights)

    def roll_off(
        self, partner_id: str, *, scorecard: str | None = None, month: str | None = None, track: str | None = None
    ) -> Mapping[str, Sequence[LeavingMonth]]:
        """
        Return how many rows leave each indicator of a score in the next twelve months; see ``Workspace``.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or the month or scorecard is unknown.
            ForbiddenError: the reader's role does not open the page.
            UsageError: the track is unknown.
        """
        self._rights_for("score", partner_id, month)
        return self._workspace.roll_off_months(
            partner_id, scorecard=self._scorecard(scorecard), month=month, track=track
        )

    def band(
        self,
        partner_id: str,
        metric: str,
        *,
        band: int | None = None,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
    ) -> ComparedBand:
        """
        Return a band of a metric's benchmark: for operators with its partners, for others with rounded ranges alone.

        Raises:
            UsageError: there is no such metric or band.
            NotFoundError: there is no such partner, or not for this reader; or a month or filter value is unknown.
            ForbiddenError: the reader's role does not open the page, or the metric is money and the role opens none.
        """
        rights = self._rights_for_metric(partner_id, metric, month)
        opened = self._workspace.band(
            partner_id,
            metric,
            band=band,
            month=month,
            products=products,
            workloads=workloads,
            countries=countries,
            viewer=viewer_of(rights),
        )
        manifest = self._edition(month).manifest
        return ComparedBand(opened, manifest.parameters, manifest.rule_sets, rights)

    def bridge(
        self,
        partner_id: str,
        metric: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
    ) -> Compared:
        """
        Return what made a metric of the month before that of a month, each row with its cause; close it after use.

        Raises:
            UsageError: there is no such metric.
            NotFoundError: there is no such partner, or not for this reader in one of the two months; or a month is not
                published, or a filter value unknown.
            ForbiddenError: the reader's role does not open the page, or the metric is money and the role opens none.
            DefinitionError: the two editions cannot be compared.
        """
        rights = self._rights_for_metric(partner_id, metric, month)
        earlier = self._edition(month).month - 1
        before = self._rights_then(partner_id, earlier)
        difference = self._workspace.bridge(
            partner_id,
            metric,
            month=month,
            products=products,
            workloads=workloads,
            countries=countries,
            viewer=viewer_of(rights),
        )
        return Compared(difference, rights if before is None else rights & before)

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
    ) -> Compared:
        """
        Return the rows of a metric that differ between two editions, published or not; for operators.

        Raises:
            UsageError: there is no such metric.
            NotFoundError: an edition does not exist, or neither knows the partner or a filter value.
            ForbiddenError: the reader is no operator.
            DefinitionError: the two editions cannot be compared.
        """
        self.check_operator()
        found = self._workspace.difference(
            partner_id, metric, before, after, products=products, workloads=workloads, countries=countries
        )
        return Compared(found, Rights(revenue=True, personal=True, download=True, is_operator=True))

    def note_export(self, partner_id: str, what: str) -> None:
        """Write down that rows of a partner are taken away."""
        self._audit.record(self.reader, "export", partner_id, what)

    def _rights_for_metric(self, partner_id: str, metric: str, month: str | None) -> Rights:
        rights = self._rights_for("contribution", partner_id, month)
        if metric_id(metric) in MONEY and not rights.revenue:
            raise ForbiddenError(
                f"your role does not open {METRICS[metric_id(metric)].title.lower()}",
                "ask an admin of your company for a role that does",
            )
        return rights

    def _rights_then(self, partner_id: str, month: Month) -> Rights | None:
        """The reader's rights in another month; None where it is not published, or does not know the partner."""
        if all(publication.month != month for publication in self._workspace.published_months()):
            return None
        edition = self._edition(str(month))
        position = edition.positions.get(partner_id)
        if position is None:
            return None
        rights = self._held(edition.partners[position])
        if rights is None:
            raise NotFoundError(f"there is no partner '{partner_id}'")
        return rights

    def _first_scorecard(self) -> str:
        """The scorecard that holds where none is named."""
        first = next(iter(self.settings.scorecards), None)
        if first is None:
            raise UsageError("the program applies no scorecard", "name one with 'scorecard'")
        return first
