"""What a workspace finds odd: the findings of a partner, or of all partners."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock
from typing import Literal

from partnerlens.adoption import Adoption
from partnerlens.answer.answer import Answers
from partnerlens.answer.edition import OpenEdition
from partnerlens.app.scores import HeldScorecard, inputs_of
from partnerlens.build.narrow import Association
from partnerlens.engine.duckdb import DuckDBEngine, SharedDatabase
from partnerlens.engine.protocol import Engine
from partnerlens.engine.unhurried import Unhurried
from partnerlens.findings import Findings, FindingsQuestion, ScoreFacts, find_findings
from partnerlens.findings.parameters import parameters
from partnerlens.months import Month
from partnerlens.score.inputs import Scored, SeriesRows, size_values
from partnerlens.score.score import chosen_track, score_points
from partnerlens.settings import ProgramSettings
from partnerlens.store import Mismatch, Publication, Store

KEPT_ROWS = 500_000
"""So many rows of evidence are kept in memory, so that turning pages does not read the facts again."""

_Key = tuple[int, str | None, str, Month | None]


class KeptFindings:
    """The latest findings by edition, partner and viewer, up to ``KEPT_ROWS`` rows in all."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._held: OrderedDict[_Key, Findings] = OrderedDict()
        self._lock = Lock()
        self._looking: set[_Key] = set()
        self._looker: ThreadPoolExecutor | None = None
        self._is_closed = False

    def get(self, key: _Key) -> Findings | None:
        """Return findings that are kept; None otherwise."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def look(self, key: _Key, find: Callable[[], object]) -> None:
        """
        Look for findings in the background, unless others are looked for.

        One at a time, and no queue: whoever turns many pages must not keep everybody else waiting.
        """
        with self._lock:
            if self._looking or self._is_closed:
                return
            self._looking.add(key)
            if self._looker is None:
                self._looker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="findings")
            done = self._looker.submit(find)
        # What went wrong is told to who asks for the page of findings.
        done.add_done_callback(lambda _: self._looking.discard(key))

    def close(self) -> None:
        """Wait for what is being looked for, and look for nothing more."""
        with self._lock:
            self._is_closed = True
            looker = self._looker
        if looker is not None:
            looker.shutdown(wait=True, cancel_futures=True)

    def keep(self, key: _Key, findings: Findings) -> None:
        """Keep findings, and let the oldest go where there are too many rows."""
        with self._lock:
            self._held[key] = findings
            while len(self._held) > 1 and sum(entry.evidence.num_rows + 1 for entry in self._held.values()) > KEPT_ROWS:
                self._held.popitem(last=False)


class Oddities(ABC):
    """The verb of a workspace that looks for what is odd."""

    settings: ProgramSettings
    _store: Store
    _rows: SharedDatabase
    _findings: KeptFindings

    @abstractmethod
    def answers(self, month: str | None = None) -> Answers:
        """Return the published edition of a month, opened for questions."""

    @abstractmethod
    def adoption(self, partner_id: str | None = None, *, month: str | None = None) -> Adoption:
        """Return deployment and usage."""

    @abstractmethod
    def published_months(self) -> list[Publication]:
        """Return the latest publication of each month, latest month first."""

    @abstractmethod
    def _scorecard(
        self, edition: OpenEdition, name: str | None, partner_id: str | None, associations: Sequence[Association]
    ) -> HeldScorecard:
        """A scorecard as the edition holds it, or computed from its facts."""

    def findings(
        self,
        partner_id: str | None = None,
        *,
        month: str | None = None,
        viewer: Literal["operator", "partner"] = "operator",
        now: datetime | None = None,
    ) -> Findings:
        """
        Return what the facts of a month say is odd.

        Args:
            partner_id: the partner; None for all of them, which is for operators.
            month: the data month; None for the latest published one.
            viewer: partners see nothing that names who else is associated.
            now: the time; the latest month is late when a later one should be published by then.

        Raises:
            NotFoundError: nothing is published, or the partner is unknown.
            DefinitionError: the edition does not keep the rules that it was built with.
        """
        edition, key = self._sought(partner_id, month, viewer, now)
        if partner_id is not None:
            edition.position(partner_id)
        engine = self._rows.session if partner_id is not None else DuckDBEngine
        return self._findings.get(key) or self._found(edition, key, engine)

    def known_findings(
        self,
        partner_id: str,
        *,
        month: str | None = None,
        viewer: Literal["operator", "partner"] = "operator",
        now: datetime | None = None,
    ) -> Findings | None:
        """
        Return the findings of a partner where they are known; None while they are looked for in the background.

        It never waits for the facts to be read; see ``findings``.
        """
        edition, key = self._sought(partner_id, month, viewer, now)
        kept = self._findings.get(key)
        if kept is None:
            self._findings.look(key, lambda: self._found(edition, key, lambda: Unhurried(self._rows.session())))
        return kept

    def _sought(
        self, partner_id: str | None, month: str | None, viewer: str, now: datetime | None
    ) -> tuple[OpenEdition, _Key]:
        """The edition of a question, and what its findings are kept under."""
        edition = self.answers(month).edition
        return edition, (edition.number, partner_id, viewer, self._expected(edition.month, now or datetime.now(UTC)))

    def _found(self, edition: OpenEdition, key: _Key, engine: Callable[[], Engine]) -> Findings:
        """Look for findings in the facts, and keep them."""
        _, partner_id, viewer, expected = key
        is_operator = viewer == "operator"
        question = FindingsQuestion(
            partner_id,
            sees_all=is_operator,
            expected=expected,
            markets_not_served=self.settings.eligibility.markets_not_served,
        )
        found = find_findings(
            question,
            edition=edition,
            snapshot=self._store.snapshot(as_of_load=edition.manifest.last_load),
            engine=engine,
            scores=self._score_facts(edition, partner_id),
            adoption=self.adoption(partner_id, month=str(edition.month)),
            mismatches=self._mismatches(edition) if is_operator else (),
        )
        self._findings.keep(key, found)
        return found

    def _expected(self, month: Month, now: datetime) -> Month | None:
        """The month that should be published by now; None where that is no question: for earlier months."""
        published = self.published_months()
        if not published or month != published[0].month:
            return None
        back = 1 if now.day >= parameters().late.publish_day else 2
        return max(Month.of(now.date()) - back, month)

    def _mismatches(self, edition: OpenEdition) -> list[Mismatch]:
        """Figures of the files that the edition could see which do not follow from their parts."""
        last = edition.manifest.last_load
        return [] if last is None else [each for each in self._store.mismatches() if each.load <= last]

    def _score_facts(self, edition: OpenEdition, partner_id: str | None) -> ScoreFacts:
        """What the program's scorecards that the edition holds say of the accounts, or of one partner."""
        found = ScoreFacts()
        ahead = parameters().expiring.months
        partners = [
            Scored(partner.id, partner.country)
            for partner in edition.partners
            if (partner.account is None if partner_id is None else partner.id == partner_id)
        ]
        for name in edition.manifest.scorecards:
            held = self._scorecard(edition, name, partner_id, ())
            rows = SeriesRows(held.tables, edition.month, partners, ahead=ahead)
            inputs = {track: inputs_of(edition, held, track, rows) for track in held.scorecard.tracks}
            sizes = size_values(held.scorecard, rows)
            scores = {track: score_points(held.scorecard, track, own) for track, own in inputs.items()}
            is_each = held.scorecard.choice.by == "each"
            own_tracks = [
                chosen_track(held.scorecard, [scores[track][place] for track in scores], size)
                for place, size in enumerate(sizes)
            ]
            for track, measured in inputs.items():
                places = [place for place, own in enumerate(own_tracks) if is_each or own == track]
                found.add(
                    held.scorecard,
                    track,
                    [partners[place].id for place in places],
                    [measured[place] for place in places],
                    near_points=parameters().near.points,
                    ahead=ahead,
                )
        return found
