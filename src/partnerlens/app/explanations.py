"""What a workspace explains: the rows behind a metric, or behind an indicator of any scorecard."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from partnerlens.answer.answer import Answers
from partnerlens.answer.edition import OpenEdition
from partnerlens.app.scores import Changes, HeldScorecard, inputs_of, partner_scores
from partnerlens.build.narrow import Association
from partnerlens.build.replay import held_rules
from partnerlens.build.scores import ScoreRules
from partnerlens.build.scoring import applied_scorecard
from partnerlens.catalog.catalog import Catalog
from partnerlens.engine.duckdb import SharedDatabase
from partnerlens.errors import UsageError, did_you_mean
from partnerlens.explain import Explanation, explain_metric
from partnerlens.explain.explanation import LeavingMonth
from partnerlens.explain.indicator import IndicatorAsked, explain_indicator
from partnerlens.explain.indicators import Place
from partnerlens.model.metric import metric_id
from partnerlens.model.result import Filter
from partnerlens.model.score import IndicatorScore
from partnerlens.score.inputs import Scored, SeriesRows
from partnerlens.score.points import option_points, threshold_of
from partnerlens.score.rules import track_rules
from partnerlens.settings import ProgramSettings
from partnerlens.store import Store


class Explanations(ABC):
    """The verbs of a workspace that open a number into its rows."""

    catalog: Catalog
    settings: ProgramSettings
    _store: Store
    _rows: SharedDatabase

    @abstractmethod
    def answers(self, month: str | None = None) -> Answers:
        """Return the published edition of a month, opened for questions."""

    @abstractmethod
    def _scorecard(
        self, edition: OpenEdition, name: str | None, partner_id: str | None, associations: Sequence[Association]
    ) -> HeldScorecard:
        """A scorecard as the edition holds it, or computed from its facts."""

    def explain(
        self,
        partner_id: str,
        metric: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
        scorecard: str | None = None,
        track: str | None = None,
        option: str | None = None,
        leaving: bool = False,
        viewer: Literal["operator", "partner"] = "operator",
    ) -> Explanation:
        """
        Return the rows behind a metric or an indicator; close it, or use it in a ``with`` block.

        Args:
            partner_id: the partner.
            metric: the metric's id; with ``scorecard`` the indicator's.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all. Scores have no filter.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.
            scorecard: a scorecard's id, or ``ID@VERSION``; None for a metric.
            track: the track of the indicator; None for the one that counts, else the first that has the indicator.
            option: the option of the indicator; None for the one that counts.
            leaving: also find what counts in later months only, so that ``Explanation.leaving`` is whole.
            viewer: partners see nothing that says who else is credited, or for how much.

        Raises:
            UsageError: there is no such metric, track, indicator or option, or an indicator is asked for with a filter.
            NotFoundError: nothing is published, or the partner or a filter value is unknown.
            DefinitionError: the edition does not keep the rules that it was built with, or the scorecard is unknown,
                has faults, or begins after the month.
        """
        edition = self.answers(month).edition
        asked = Filter(frozenset(products), frozenset(workloads), frozenset(countries))
        snapshot = self._store.snapshot(as_of_load=edition.manifest.last_load)
        if scorecard is None:
            if track or option:
                raise UsageError("a metric has no track and no option", "name a scorecard with --scorecard")
            return explain_metric(
                metric_id(metric),
                partner_id,
                edition=edition,
                snapshot=snapshot,
                engine=self._rows.session,
                asked=asked,
                viewer=viewer,
            )
        if asked != Filter():
            raise UsageError("a score has no filter", "leave --product, --workload and --country out")
        edition.position(partner_id)
        held = self._scorecard(edition, scorecard, partner_id, ())
        return explain_indicator(
            self._asked(edition, held, partner_id, metric, track=track, option=option),
            partner_id,
            edition=edition,
            snapshot=snapshot,
            engine=self._rows.session,
            viewer=viewer,
            leaving=leaving,
        )

    def roll_off_months(
        self, partner_id: str, *, scorecard: str | None = None, month: str | None = None, track: str | None = None
    ) -> dict[str, tuple[LeavingMonth, ...]]:
        """
        Return, for each indicator of a score, the rows that leave it in the next twelve months, by month and side.

        Args:
            partner_id: the partner.
            scorecard: a scorecard's id, or ``ID@VERSION``; None for the program's first.
            month: the data month; None for the latest published one.
            track: the track; None for the one that counts.

        Raises:
            NotFoundError: nothing is published, or the partner is unknown.
            DefinitionError: the scorecard is unknown, has faults, or begins after the month.
            UsageError: the track is unknown.
        """
        edition = self.answers(month).edition
        edition.position(partner_id)
        held = self._scorecard(edition, scorecard, partner_id, ())
        answer = partner_scores(edition, held, partner_id, track=track, costs={}, changes=Changes())
        snapshot = self._store.snapshot(as_of_load=edition.manifest.last_load)
        found = {}
        for line in answer.score.indicators:
            asked = self._asked(edition, held, partner_id, line.id, track=answer.score.track, option=line.option)
            with explain_indicator(
                asked, partner_id, edition=edition, snapshot=snapshot, engine=self._rows.session, leaving=True
            ) as explanation:
                found[line.id] = explanation.leaving_months()
        return found

    def _asked(
        self,
        edition: OpenEdition,
        held: HeldScorecard,
        partner_id: str,
        indicator: str,
        *,
        track: str | None,
        option: str | None,
    ) -> IndicatorAsked:
        """The indicator with what its score says of the option that is asked for, or counts."""
        answer = partner_scores(edition, held, partner_id, track=track, costs={}, changes=Changes())
        lines = {(score.track, line.id): line for score in answer.scores for line in score.indicators}
        chosen = next((place for place in lines if place[1] == indicator), None)
        if chosen is None:
            known = dict.fromkeys(name for _, name in lines)
            raise UsageError(
                f"scorecard '{held.scorecard.id}' has no indicator '{indicator}'",
                did_you_mean(indicator, known) or f"its indicators are {', '.join(known)}",
            )
        line = lines[chosen]
        if option is not None:
            line = _line_of_option(edition, held, partner_id, chosen[0], line, option)
        return IndicatorAsked(
            rules=self._score_rules(edition, held),
            place=Place(chosen[0], indicator, line.option),
            score=line,
            digests=dict(held.digests),
            is_published=held.is_published,
        )

    def _score_rules(self, edition: OpenEdition, held: HeldScorecard) -> ScoreRules:
        if held.is_published:
            return held_rules(edition.number, edition.manifest, held.scorecard.id).rules
        name = f"{held.scorecard.id}@{held.scorecard.version}"
        return applied_scorecard(self.catalog, self.settings, self.catalog.scorecard(name, edition.month)).rules


def _line_of_option(
    edition: OpenEdition, held: HeldScorecard, partner_id: str, track: str, line: IndicatorScore, option: str
) -> IndicatorScore:
    """The line of a score with the measure and the points of another option."""
    partner = edition.partners[edition.position(partner_id)]
    rows = SeriesRows(held.tables, edition.month, [Scored(partner.id, partner.country)])
    (inputs,) = inputs_of(edition, held, track, rows)
    rules = track_rules(held.scorecard, track, inputs.classes)
    options = {rule.key: rule for indicator in rules.indicators for rule in indicator.options}
    if (line.id, option) not in options:
        known = ", ".join(name for indicator, name in options if indicator == line.id)
        raise UsageError(f"indicator '{line.id}' has no option '{option}'", f"its options are {known}")
    rule, measured = options[line.id, option], inputs.measures[line.id, option][0]
    points, reason = option_points(rule, measured, {name: counts[0] for name, counts in inputs.gates.items()})
    return replace(
        line,
        option=option,
        value=measured.value,
        numerator=measured.numerator,
        denominator=measured.denominator,
        baseline=measured.baseline,
        threshold=threshold_of(rule, measured),
        points=points,
        reason=reason,
    )
