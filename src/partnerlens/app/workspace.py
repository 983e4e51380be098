"""
A workspace: the folder of one partner program, and everything that can be asked of it.

The command line and notebooks use this object (so will the web doors), and see the same answers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import pyarrow as pa

from partnerlens.answer.answer import Answers
from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.shelf import Shelf, Switch
from partnerlens.app.adoptions import Adoptions, KeptAdoptions
from partnerlens.app.applied import check_applied
from partnerlens.app.bands import Bands
from partnerlens.app.differences import Comparisons
from partnerlens.app.engines import engine_of_build
from partnerlens.app.explanations import Explanations
from partnerlens.app.housekeeping import Housekeeping
from partnerlens.app.oddities import KeptFindings, Oddities
from partnerlens.app.publications import Publications
from partnerlens.app.published import PublishedMonths
from partnerlens.app.reconciliations import Reconciliations
from partnerlens.app.scores import (
    Changes,
    HeldScorecard,
    HeldScorecards,
    ScoreAnswer,
    all_scores,
    computed_scorecard,
    held_scorecard,
    partner_scores,
)
from partnerlens.build.build import build_months
from partnerlens.build.narrow import Association
from partnerlens.build.replay import Replay, replay_edition
from partnerlens.build.scoring import applied_scorecard
from partnerlens.build.supposed import supposed_series
from partnerlens.catalog.catalog import Catalog
from partnerlens.definition import read_definition
from partnerlens.engine.duckdb import DuckDBEngine, SharedDatabase
from partnerlens.errors import NotFoundError, UsageError
from partnerlens.ingest.load import load_files
from partnerlens.ingest.mapping import read_mapping
from partnerlens.ingest.report import LoadReport
from partnerlens.ingest.stage import LoadSettings
from partnerlens.model.edition import Manifest
from partnerlens.model.result import Answer, Filter
from partnerlens.months import Month
from partnerlens.progress import Progress
from partnerlens.settings import PROGRAM_FILE, ProgramSettings, program_text, read_settings
from partnerlens.store import Edition, Load, Mismatch, Publication, Rejection, Store
from partnerlens.store.result_files import ResultFiles


def _quiet(_what: str, _done: int, _todo: int) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class ListedEdition:
    """
    An edition with whether readers of its month see it.

    Attributes:
        edition: the edition.
        published_at: when readers were pointed at it; None when they are not.
    """

    edition: Edition
    published_at: datetime | None


class Workspace(Adoptions, Bands, Comparisons, Explanations, Oddities, Publications, Reconciliations, Housekeeping):
    """
    One partner program.

    Open it with ``Workspace.open(folder)``, or make one with ``Workspace.init(folder)``; close it, or use it in a
    ``with`` block. All months are given as text (``2026-06``).
    """

    def __init__(self, home: Path, settings: ProgramSettings, store: Store, *, resident: bool, switch: Switch) -> None:
        """Use ``Workspace.open`` instead, which checks the settings."""
        self.home = home
        self.settings = settings
        self.catalog = Catalog(home)
        self._store = store
        self._resident = resident
        self._held = HeldScorecards()
        self._adoptions = KeptAdoptions()
        self._findings = KeptFindings()
        self._shelf = Shelf(self._opened, switch)
        self._published = PublishedMonths(store)
        self._rows = SharedDatabase()

    @classmethod
    def init(cls, home: Path | str, *, name: str = "Partner program", reporting_currency: str = "USD") -> "Workspace":
        """
        Make a new workspace and open it.

        Args:
            home: its folder; it may exist, but not hold a workspace.
            name: the program's name.
            reporting_currency: ISO 4217.

        Raises:
            UsageError: there is a workspace already.
            DefinitionError: the currency is no currency code.
        """
        folder = Path(home)
        file = folder / PROGRAM_FILE
        if file.exists():
            raise UsageError(f"'{folder}' is a workspace already", "choose another folder with --home")
        text = program_text(name, reporting_currency)
        read_definition(text, ProgramSettings, origin=PROGRAM_FILE)
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return cls.open(folder)

    @classmethod
    def open(cls, home: Path | str, *, resident: bool = True, switch: Switch = "at_once") -> "Workspace":
        """
        Open a workspace.

        Args:
            home: its folder.
            resident: keep what an edition needs for answers in memory, for many questions; False reads as little
                as it can, for one question.
            switch: when an edition that another process publishes answers: ``at_once``, at the next question, or
                ``when_warm``, once it is read in the background, so that no question waits (for servers).

        Raises:
            NotFoundError: there is none.
            DefinitionError: its settings have faults, all of which are listed.
            StoreVersionError: a newer version of Partnerlens wrote it.
        """
        folder = Path(home)
        settings = read_settings(folder)
        Catalog(folder).policy(settings.contribution_policy)
        return cls(folder, settings, Store.open(folder, create=True), resident=resident, switch=switch)

    def load(
        self,
        files: Sequence[Path | str],
        *,
        table: str | None = None,
        mapping: str | None = None,
        progress: Progress = _quiet,
        on_wait: Callable[[str], None] | None = None,
    ) -> list[LoadReport]:
        """
        Load files of facts, those that others refer to first, and return what became of each.

        Rows that do not fit go to quarantine, the others are loaded. A file is loaded as a whole or not at all,
        and loading it twice changes nothing.

        Args:
            files: CSV, TSV, Parquet or XLSX files, possibly gzipped.
            table: the fact table they hold; None to tell from the file names.
            mapping: the name of a mapping, or the path of a mapping file; None for files in Partnerlens' own columns.
            progress: told of the bytes read of a file.
            on_wait: told who is writing when another process holds the store.

        Raises:
            UsageError: a file's table is not known.
            DefinitionError: a file, its columns or the mapping have faults.
            ResourceError: no space, or the store stays busy.
        """
        return load_files(
            self._store,
            [Path(file) for file in files],
            table=table,
            mapping=None if mapping is None else read_mapping(mapping, self.home / "catalog" / "mappings"),
            settings=LoadSettings(self.settings.reporting_currency, self.settings.time_zone),
            now=datetime.now(UTC),
            progress=lambda done, todo: progress("load", done, todo),
            on_wait=on_wait,
        )

    def loads(self) -> list[Load]:
        """Return the ledger of loads, oldest first."""
        return self._store.loads()

    def quarantine(self, load: int | None = None, *, limit: int | None = None) -> list[Rejection]:
        """Return the faults of the rows in quarantine, of one load or of all; at most ``limit`` of them."""
        return self._store.quarantine(load, limit=limit)

    def quarantine_count(self, load: int | None = None) -> int:
        """Return how many faults the rows in quarantine have, of one load or of all."""
        return self._store.quarantine_count(load)

    def mismatches(self, load: int | None = None, *, limit: int | None = None) -> list[Mismatch]:
        """Return the figures that do not follow from their parts, of one load or of all; at most ``limit`` of them."""
        return self._store.mismatches(load, limit=limit)

    def mismatch_count(self, load: int | None = None) -> int:
        """Return how many figures do not follow from their parts, of one load or of all."""
        return self._store.mismatch_count(load)

    def build(
        self,
        month: str,
        *,
        months: int = 1,
        engine: str = "duckdb",
        remote: str | None = None,
        progress: Progress = _quiet,
        on_wait: Callable[[str], None] | None = None,
    ) -> list[Edition]:
        """
        Build the editions of a month and of the months before it, oldest first.

        Only what the facts changed since is computed; where nothing changed the earlier edition is returned.
        Readers are not disturbed: they see the published editions.

        Args:
            month: the last data month.
            months: how many months.
            engine: ``duckdb`` in this process, or ``spark``, with the same results.
            remote: the address of a Spark Connect server; None for a Spark session on this machine.
            progress: told of each step.
            on_wait: told who is writing when another process holds the store.

        Raises:
            UsageError: the month, ``months`` or the engine is none.
            DefinitionError: a month has no facts, or a definition has faults.
            ResourceError: the engine is not installed, or cannot be reached or used.
        """
        if months < 1:
            raise UsageError(f"'{months}' months cannot be built", "build at least 1")
        check_applied(self.home, self.catalog, self.settings)
        with engine_of_build(engine, self._store, remote=remote, on_wait=on_wait) as opened:
            return build_months(
                self._store,
                self.catalog,
                self.settings,
                Month.parse(month),
                count=months,
                engine=opened,
                now=datetime.now(UTC),
                progress=progress,
            )

    def published_months(self, *, as_of: datetime | None = None) -> list[Publication]:
        """
        Return the latest publication of each published month, latest month first.

        Args:
            as_of: what was published by then; None for now.
        """
        if as_of is None:
            return self._published.latest()
        latest = {
            publication.month: publication
            for publication in self._store.publications()
            if publication.published_at <= as_of
        }
        return [latest[month] for month in sorted(latest, reverse=True)]

    def moment(self) -> AbstractContextManager[None]:
        """Let all that is asked in a ``with`` block see what is published when it is first asked for."""
        return self._published.moment()

    def editions(self, *, as_of: datetime | None = None) -> list[ListedEdition]:
        """
        Return all editions by number, each with whether it is the published one of its month.

        Args:
            as_of: what was built and published by then; None for now.
        """
        published = {
            publication.edition: publication.published_at for publication in self.published_months(as_of=as_of)
        }
        return [
            ListedEdition(edition, published.get(edition.number))
            for edition in self._store.editions()
            if as_of is None or edition.built_at <= as_of
        ]

    def replay(self, edition: int, *, progress: Progress = _quiet) -> Replay:
        """
        Compute an edition again with the facts and rules of its time, and compare it byte by byte; nothing is kept.

        Args:
            edition: the edition's number.
            progress: told of each step.

        Raises:
            NotFoundError: there is no such edition.
            DefinitionError: a version that did not keep its rules built it.
        """
        manifest = Manifest.model_validate_json(self._store.edition(edition).manifest)
        return replay_edition(self._store, edition, manifest, engine=DuckDBEngine, progress=progress)

    @staticmethod
    def catalog_of(home: Path | str) -> Catalog:
        """Return the definitions that hold in a workspace, faulty or not; the built-in ones where there is none."""
        folder = Path(home)
        return Catalog(folder if (folder / PROGRAM_FILE).is_file() else None)

    def answers(self, month: str | None = None) -> Answers:
        """
        Return the published edition of a month, opened for questions.

        Args:
            month: the data month; None for the latest published one.

        Raises:
            NotFoundError: nothing is published for it; the message names what is.
        """
        publication = self._published.of(None if month is None else Month.parse(month))
        if publication is None:
            raise self._unpublished(month)
        return self._shelf.answers(month, publication.edition)

    def _opened(self, number: int) -> Answers:
        manifest = Manifest.model_validate_json(self._store.edition(number).manifest)
        return Answers(OpenEdition(number, manifest, ResultFiles(self.home), resident=self._resident))

    def answer(
        self,
        partner_id: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
        viewer: Literal["operator", "partner"] = "operator",
    ) -> Answer:
        """
        Return the eight metrics of a partner with trend, series and benchmark.

        Args:
            partner_id: the partner.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.
            viewer: operators see exact ranges, partners see them rounded outward.

        Raises:
            NotFoundError: nothing is published, or the partner or a filter value is unknown.
        """
        asked = Filter(frozenset(products), frozenset(workloads), frozenset(countries))
        return self.answers(month).answer(partner_id, asked, exact_ranges=viewer == "operator")

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
        Return the score of a partner with the path to the next tier and what rolls off.

        A scorecard that the edition does not hold is computed from the edition's facts, which takes longer.

        Args:
            partner_id: the partner.
            scorecard: a scorecard's id, or ``ID@VERSION``; None for the program's first.
            month: the data month; None for the latest published one.
            track: only this track; None for the one that counts, with the others after it.
            costs: for the path, what one unit costs by indicator; the scorecard's own numbers where there is none.
            changes: what to change before scoring (what if).

        Raises:
            NotFoundError: nothing is published, or the partner is unknown.
            DefinitionError: the scorecard is unknown, has faults, or begins after the month.
            UsageError: the track or an indicator is unknown.
        """
        edition = self.answers(month).edition
        edition.position(partner_id)
        changes = changes or Changes()
        held = self._scorecard(edition, scorecard, partner_id, changes.associations)
        return partner_scores(edition, held, partner_id, track=track, costs=costs or {}, changes=changes)

    def scores(self, *, scorecard: str | None = None, month: str | None = None, track: str | None = None) -> pa.Table:
        """
        Return the scores of all partners, accounts and locations, by partner id; for operators.

        Args:
            scorecard: a scorecard's id, or ``ID@VERSION``; None for the program's first.
            month: the data month; None for the latest published one.
            track: only this track; None for all.

        Returns:
            An Arrow table with the columns ``partner_id``, ``track``, ``counts`` (whether the track is the partner's),
            ``points`` (exact text), ``tier`` (null for none), and the value and points of each indicator.

        Raises:
            NotFoundError: nothing is published.
            DefinitionError: the scorecard is unknown, has faults, or begins after the month.
            UsageError: the track is unknown.
        """
        edition = self.answers(month).edition
        return all_scores(edition, self._scorecard(edition, scorecard, None, ()), track=track)

    def close(self) -> None:
        """Close the store, and the database that rows are looked up in."""
        self._findings.close()
        self._rows.close()
        self._published.close()
        self._store.close()

    def __enter__(self) -> Self:
        """Return the workspace; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the workspace."""
        self.close()

    def _scorecard(
        self, edition: OpenEdition, name: str | None, partner_id: str | None, associations: Sequence[Association]
    ) -> HeldScorecard:
        """A scorecard as the edition holds it, or computed from its facts (and from associations that are supposed)."""
        wanted = name or next(iter(self.settings.scorecards), None)
        if wanted is None:
            raise UsageError("the program applies no scorecard", "name one with --scorecard, or in program.toml")
        find = self._held.held if self._resident else held_scorecard
        held = None if associations else find(edition, wanted, partner_id)
        if held is not None:
            return held
        applied = applied_scorecard(self.catalog, self.settings, self.catalog.scorecard(wanted, edition.month))
        snapshot = self._store.snapshot(as_of_load=edition.manifest.last_load)
        tables = supposed_series(snapshot, applied, edition.month, partner_id, associations, engine=DuckDBEngine)
        return computed_scorecard(applied, tables)

    def _unpublished(self, month: str | None) -> NotFoundError:
        published = sorted({str(publication.month) for publication in self._store.publications()})
        if published:
            span = f"{published[0]} to {published[-1]} are" if len(published) > 1 else f"only {published[0]} is"
            return NotFoundError(
                f"month {month} is not published",
                f"{span} published; build and publish it, or leave --month out",
            )
        return NotFoundError(
            "no month is published yet", "build one with 'partnerlens build MONTH', then 'partnerlens publish MONTH'"
        )
