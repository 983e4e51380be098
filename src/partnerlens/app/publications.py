"""What a workspace publishes, and which partners would change tier by it."""

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.shelf import Shelf
from partnerlens.app.scores import HeldScorecard, all_scores, held_scorecard
from partnerlens.errors import ConflictError, NotFoundError
from partnerlens.model.edition import Manifest
from partnerlens.model.scorecard import Scorecard
from partnerlens.months import Month
from partnerlens.score.tier_changes import TierChange, tier_changes
from partnerlens.settings import ProgramSettings
from partnerlens.store import Edition, Publication, Store
from partnerlens.store.result_files import ResultFiles

SCORECARD = "scorecard "
"""What the names of scorecards begin with among the definitions of an edition."""


@dataclass(frozen=True)
class ScorecardPreview:
    """
    One scorecard of the program in two editions.

    Attributes:
        scorecard: the version that the edition to publish holds; the published one's where that holds none.
        version_before: the version that the published edition holds; None where it does not hold the scorecard.
        version: the version that the edition to publish holds; None where it does not hold the scorecard.
        compared: how many partners have a score under it in one of the two; 0 where one edition does not hold it.
        changes: the partners whose tier changes, by partner id and track.
    """

    scorecard: Scorecard
    version_before: str | None
    version: str | None
    compared: int
    changes: tuple[TierChange, ...]

    def count(self, direction: str | None = None) -> int:
        """Return how many partners change tier in a direction (``up``, ``down``); in any without one."""
        return sum(1 for change in self.changes if direction in {None, change.direction})


@dataclass(frozen=True)
class PublicationPreview:
    """
    What publishing a month would change.

    Attributes:
        month: the month.
        edition: the number of the edition that would be published.
        before: the number of the edition that is published; None where nothing is, and the same number where nothing
            newer is built.
        scorecards: the scorecards of the two editions, those that the program applies first; empty where there is
            nothing to compare.
        names: the name of each partner by id.
    """

    month: Month
    edition: int
    before: int | None
    scorecards: tuple[ScorecardPreview, ...]
    names: Mapping[str, str]

    @property
    def changed(self) -> int:
        """How many tiers change, under all scorecards together."""
        return sum(each.count() for each in self.scorecards)


class Publications(ABC):
    """The verbs of a workspace that publish."""

    home: Path
    settings: ProgramSettings
    _store: Store
    _shelf: Shelf

    def publish(self, month: str, *, edition: int | None = None) -> Publication:
        """
        Point the readers of a month at its latest edition, at once for all of them.

        Args:
            month: the month.
            edition: the edition that is meant; None for the latest, whichever it is.

        Raises:
            NotFoundError: the month has no edition.
            ConflictError: another edition than the one that is meant is the latest by now.
        """
        latest = self._latest(month)
        if edition not in {None, latest.number}:
            raise ConflictError(
                f"edition {edition} is not the latest of {month}: edition {latest.number} is",
                "look at what it changes, then publish it",
            )
        self._shelf.prepare(latest.number)
        return self._store.publish(latest.month, latest.number, datetime.now(UTC))

    def publication_preview(self, month: str) -> PublicationPreview:
        """
        Return which partners would change tier if the latest edition of a month was published.

        The scores of both editions are those that the editions hold, of all partners.

        Args:
            month: the month.

        Raises:
            NotFoundError: the month has no edition.
        """
        latest = self._latest(month)
        published = self._store.published(latest.month)
        before = None if published is None else published.edition
        if before is None or before == latest.number:
            return PublicationPreview(latest.month, latest.number, before, (), {})
        then, now = self._of_edition(before), self._of_edition(latest.number)
        names = {partner.id: partner.name for edition in (then, now) for partner in edition.partners}
        previews = tuple(_scorecard_preview(then, now, name) for name in self._scorecards_of(then, now))
        return PublicationPreview(latest.month, latest.number, before, previews, names)

    def _latest(self, month: str) -> Edition:
        wanted = Month.parse(month)
        built = [edition for edition in self._store.editions() if edition.month == wanted]
        if not built:
            raise NotFoundError(f"month {month} has no edition", f"build it with 'partnerlens build {month}'")
        return built[-1]

    def _of_edition(self, number: int) -> OpenEdition:
        manifest = Manifest.model_validate_json(self._store.edition(number).manifest)
        return OpenEdition(number, manifest, ResultFiles(self.home), resident=False)

    def _scorecards_of(self, *editions: OpenEdition) -> Sequence[str]:
        held = {
            name.removeprefix(SCORECARD)
            for edition in editions
            for name in edition.manifest.definitions
            if name.startswith(SCORECARD)
        }
        applied = [name for name in self.settings.scorecards if name in held]
        return [*applied, *sorted(held.difference(applied))]


def _scorecard_preview(then: OpenEdition, now: OpenEdition, name: str) -> ScorecardPreview:
    before, after = held_scorecard(then, name, None), held_scorecard(now, name, None)
    if before is None or after is None:
        (held,) = (each for each in (before, after) if each is not None)
        return ScorecardPreview(held.scorecard, _version(before), _version(after), 0, ())
    scores = all_scores(then, before, track=None), all_scores(now, after, track=None)
    compared = len({partner for table in scores for partner in table["partner_id"].to_pylist()})
    changes = tier_changes(after.scorecard, *scores)
    return ScorecardPreview(after.scorecard, _version(before), _version(after), compared, tuple(changes))


def _version(held: HeldScorecard | None) -> str | None:
    return None if held is None else held.scorecard.version
