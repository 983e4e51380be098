"""Compute an edition again, with the facts, rules and parameters of its time, and compare it byte by byte."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from partnerlens.build.build import edition_manifests
from partnerlens.build.making import Making
from partnerlens.build.plan import Ruling
from partnerlens.build.scores import ScoreRules
from partnerlens.build.scoring import AppliedScorecard
from partnerlens.build.step import code_digest
from partnerlens.catalog.catalog import Defined
from partnerlens.definition import Definition
from partnerlens.engine.protocol import Engine
from partnerlens.errors import DefinitionError
from partnerlens.model.edition import Manifest, TableEntry
from partnerlens.model.metric import MauMethod
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.scorecard import MarketCatalog, Scorecard
from partnerlens.model.series import policies_of, rule_sets_of
from partnerlens.model.workload import WorkloadCatalog
from partnerlens.progress import Progress
from partnerlens.settings import ProgramSettings
from partnerlens.store import Store
from partnerlens.store.result_files import ResultFiles

D = TypeVar("D", bound=Definition)


@dataclass(frozen=True)
class ReplayedTable:
    """
    One result table, computed again.

    Attributes:
        month: its month; empty for the tables of partners, products and countries.
        name: its name.
        published: the digest in the edition.
        replayed: the digest now; None when there is no such table now.
    """

    month: str
    name: str
    published: str
    replayed: str | None

    @property
    def is_equal(self) -> bool:
        """Whether both have the same bytes."""
        return self.published == self.replayed


@dataclass(frozen=True)
class Replay:
    """
    An edition computed again.

    Attributes:
        edition: its number.
        month: its data month.
        as_of_load: the load after which the facts stood as they did; None without loads.
        tables: every result table.
        is_same_code: whether this version turns facts into results as the one that built the edition did.
    """

    edition: int
    month: str
    as_of_load: int | None
    tables: tuple[ReplayedTable, ...]
    is_same_code: bool

    @property
    def is_equal(self) -> bool:
        """Whether every table has the same bytes."""
        return all(table.is_equal for table in self.tables)


def replay_edition(
    store: Store, number: int, manifest: Manifest, *, engine: Callable[[], Engine], progress: Progress
) -> Replay:
    """
    Compute an edition again from the facts as of its last load, and compare its tables.

    Nothing is kept: the results go to a temporary folder.

    Args:
        store: the workspace's store.
        number: the edition's number.
        manifest: what it holds.
        engine: opens the engine of one pass.
        progress: told of each step.

    Raises:
        DefinitionError: the edition was built by a version that did not keep its rules.
    """
    if not manifest.definitions:
        raise DefinitionError(
            f"edition {number} was built by version {manifest.version}, which did not keep its rules",
            f"build {manifest.month} again, and replay the new edition",
        )
    with TemporaryDirectory(prefix="partnerlens-replay-") as folder:
        scratch = Store.open(Path(folder), create=True)
        try:
            snapshot = store.snapshot(as_of_load=manifest.last_load)
            making = Making(scratch, ResultFiles(Path(folder)), snapshot, engine, progress)
            (again,) = edition_manifests(
                making, _ruling(number, manifest), {manifest.data_month: _scorecards(number, manifest)}
            )
        finally:
            scratch.close()
    return Replay(
        edition=number,
        month=manifest.month,
        as_of_load=manifest.last_load,
        tables=tuple(_compared(manifest, again)),
        is_same_code=manifest.code == code_digest(),
    )


def _compared(published: Manifest, again: Manifest) -> list[ReplayedTable]:
    def listed(manifest: Manifest) -> dict[tuple[str, str], TableEntry]:
        of_months = {
            (month, name): entry for month, tables in manifest.months.items() for name, entry in tables.items()
        }
        return {("", name): entry for name, entry in manifest.dimensions.items()} | of_months

    now = listed(again)
    return [
        ReplayedTable(month, name, entry.digest, now[month, name].digest if (month, name) in now else None)
        for (month, name), entry in listed(published).items()
    ]


def _ruling(number: int, manifest: Manifest) -> Ruling:
    parameters = manifest.parameters
    settings = ProgramSettings.model_validate(
        {
            "name": parameters["program"],
            "reporting_currency": parameters["reporting_currency"],
            "time_zone": parameters["time_zone"],
            "contribution_policy": parameters["contribution_policy"],
            "mau_method": parameters["mau_method"],
            "scorecards": manifest.scorecards,
            "benchmark": {"k": int(parameters["k"]), "banding": parameters["banding"]},
        }
    )
    policy = _defined(number, manifest, f"credit policy {settings.contribution_policy}", CreditPolicy)
    workloads = _defined(number, manifest, "workloads", WorkloadCatalog)
    return Ruling(settings, policy, workloads, MauMethod(parameters["mau_method"]))


def _scorecards(number: int, manifest: Manifest) -> list[AppliedScorecard]:
    return [held_rules(number, manifest, name) for name in manifest.scorecards]


def held_rules(number: int, manifest: Manifest, name: str) -> AppliedScorecard:
    """Return a scorecard with the definitions that it stood on when an edition was built."""
    scorecard = _defined(number, manifest, f"scorecard {name}", Scorecard)
    policies = {
        policy: _defined(number, manifest, f"credit policy {policy}", CreditPolicy).definition
        for policy in policies_of(scorecard.definition)
    }
    markets = MarketCatalog(id="markets", markets=())
    if "markets" in manifest.definitions:
        markets = _defined(number, manifest, "markets", MarketCatalog).definition
    used = rule_sets_of(scorecard.definition)
    return AppliedScorecard(
        scorecard,
        ScoreRules(
            scorecard.definition,
            policies,
            markets,
            manifest.parameters["reporting_currency"],
        ),
        {rule: manifest.rule_sets[rule] for rule in used},
        {rule: manifest.definitions[rule] for rule in used},
    )


def _defined(number: int, manifest: Manifest, name: str, model: type[D]) -> Defined[D]:
    definition = model.model_validate_json(manifest.definitions[name])
    return Defined(definition, f"edition {number}", manifest.rule_sets[name])
