"""The numbers of a partner, as a reader may see them."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from partnerlens.access.gate import Gate, viewer_of
from partnerlens.access.redaction import redacted_answer
from partnerlens.app.scores import Changes, ScoreAnswer
from partnerlens.catalog.catalog import ScorecardVersion
from partnerlens.errors import ForbiddenError, NotFoundError
from partnerlens.model.result import Answer


class Numbers(Gate):
    """The verbs of a desk that give numbers of one partner."""

    def answer(
        self,
        partner_id: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
    ) -> Answer:
        """
        Return the eight metrics of a partner; money is left out (``not_entitled``) unless a role opens it.

        Args:
            partner_id: the partner.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or a month or filter value is unknown.
            ForbiddenError: the reader's role does not open the page; or the partner is not eligible.
        """
        rights = self._rights_for("contribution", partner_id, month)
        answer = self._workspace.answer(
            partner_id,
            month=month,
            products=products,
            workloads=workloads,
            countries=countries,
            viewer=viewer_of(rights),
        )
        return redacted_answer(answer, rights)

    def score(
        self,
        partner_id: str,
        *,
        scorecard: str | None = None,
        month: str | None = None,
        track: str | None = None,
        costs: Mapping[str, Fraction] | None = None,
        changes: Changes | None = None,
    ) -> ScoreAnswer:
        """
        Return the scores of a partner under a scorecard; see ``Workspace.score``.

        Raises:
            NotFoundError: there is no such partner, or not for this reader; or the month or scorecard is unknown.
            ForbiddenError: the reader's role does not open the page; or associations are supposed by one who is no
                operator, since their measures would tell of customers of others.
        """
        rights = self._rights_for("score", partner_id, month)
        if changes and changes.associations and not rights.is_operator:
            raise ForbiddenError(
                "associations can be supposed by program operators alone",
                "suppose other values or added units, or ask your program operator",
            )
        return self._workspace.score(
            partner_id,
            scorecard=self._scorecard(scorecard),
            month=month,
            track=track,
            costs=costs,
            changes=changes,
        )

    def scorecards(self) -> list[ScorecardVersion]:
        """Return every version of every scorecard of the program."""
        return self._workspace.catalog.scorecard_versions()

    def _scorecard(self, name: str | None) -> str | None:
        """A scorecard's name that names one of the program and nothing else."""
        if name is None:
            return None
        known = {version.id for version in self.scorecards()}
        if name.partition("@")[0] not in known:
            raise NotFoundError(f"there is no scorecard '{name}'", f"known are {', '.join(sorted(known))}")
        return name
