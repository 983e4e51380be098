"""Find, read and check the definitions of a program: built-in files, overridden by those of the workspace."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Generic, TypeVar

from partnerlens.catalog.checking import Known, scorecard_faults
from partnerlens.catalog.versions import ScorecardVersion, Shelf, VersionFile, VersionFiles
from partnerlens.definition import Definition, checked, read_definition, read_text
from partnerlens.errors import DefinitionError, NotFoundError, did_you_mean
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.scorecard import MarketCatalog, Scorecard
from partnerlens.model.workload import WorkloadCatalog
from partnerlens.months import Month
from partnerlens.toml import Fault

__all__ = ["Catalog", "Defined", "ScorecardVersion"]

D = TypeVar("D", bound=Definition)

MOST_SUGGESTIONS = 3
"""So many other scorecards are named when one does not hold for a month."""


@dataclass(frozen=True)
class Defined(Generic[D]):
    """
    A definition with where it came from.

    Attributes:
        definition: the checked definition.
        origin: ``built-in`` with the file, or the file's path.
        digest: the identity of the rule set in an edition: SHA-256 of its text; for a scorecard, which may stand in
            several files, SHA-256 of the whole definition as JSON.
    """

    definition: D
    origin: str
    digest: str


class Catalog:
    """
    The definitions that hold in one workspace.

    Args:
        home: the workspace; None for the built-in definitions alone.
    """

    def __init__(self, home: Path | None = None) -> None:
        """Remember where to look; files are read when asked for."""
        self._built_in = files("partnerlens.catalog")
        self._own = home / "catalog" if home else None
        self._shelf = Shelf(self._built_in.joinpath("scorecards"), self._own / "scorecards" if self._own else None)

    def policy(self, name: str) -> Defined[CreditPolicy]:
        """
        Return the credit policy of that name.

        Raises:
            DefinitionError: there is none, or its file has faults.
        """
        return self._read(f"policies/{name}.toml", CreditPolicy, known=self.names("policies"), what="credit policy")

    def workloads(self) -> Defined[WorkloadCatalog]:
        """
        Return the workloads with their exam lists.

        Raises:
            DefinitionError: the file has faults.
        """
        return self._read("workloads.toml", WorkloadCatalog, known=["workloads"], what="catalog file")

    def markets(self) -> Defined[MarketCatalog]:
        """
        Return the market lists.

        Raises:
            DefinitionError: the file has faults.
        """
        return self._read("markets.toml", MarketCatalog, known=["markets"], what="catalog file")

    def scorecard(self, name: str, month: Month) -> Defined[Scorecard]:
        """
        Return a scorecard as it holds at the end of a month.

        Args:
            name: a scorecard's id, for the version in effect on the last day of the month; or ``ID@YYYY-MM-DD``, for
                the version that began on that day. A version is given also after the last day that it holds.
            month: the data month.

        Raises:
            NotFoundError: there is no such scorecard, or no such version.
            DefinitionError: it begins after the month, or its files have faults; all of them are listed.
        """
        scorecard, _, version = name.partition("@")
        known = self._shelf.ids()
        if scorecard not in known:
            hint = did_you_mean(scorecard, known) or f"known are {', '.join(known)}"
            raise NotFoundError(f"there is no scorecard '{scorecard}'", hint)
        versions = self._shelf.versions(scorecard)
        file = _named(scorecard, version, versions) if version else versions.in_effect(month)
        if file is None or file.day > month.last_day:
            raise self._too_early(scorecard, file, versions, month)
        return self._checked(file, versions)

    def scorecard_versions(self) -> list[ScorecardVersion]:
        """
        Return every version of every scorecard, by id and day; those with faults are left out.

        ``check_scorecards`` tells the faults.
        """
        listed = []
        for scorecard in self._shelf.ids():
            try:
                versions = self._shelf.versions(scorecard)
            except DefinitionError:
                continue
            listed += [shown for file in versions.all.values() if (shown := versions.listed(file))]
        return listed

    def scorecard_ids(self) -> list[str]:
        """Return the ids of all scorecards, faulty or not."""
        return self._shelf.ids()

    def check_scorecards(self, ids: Iterable[str] | None = None) -> list[str]:
        """
        Return the faults of scorecards, built-in ones and the workspace's, each with file and line.

        Args:
            ids: the scorecards; None for all.
        """
        faults: list[str] = []
        for scorecard in self._shelf.ids() if ids is None else ids:
            try:
                versions = self._shelf.versions(scorecard)
            except DefinitionError as error:
                faults += str(error).splitlines()
                continue
            for file in versions.all.values():
                try:
                    self._checked(file, versions)
                except DefinitionError as error:
                    faults += str(error).splitlines()
        return list(dict.fromkeys(faults))

    def names(self, folder: str) -> list[str]:
        """Return the names of the definitions of one kind, such as ``policies`` or ``mappings``."""
        found = {entry.name for entry in self._built_in.joinpath(folder).iterdir()}
        if self._own and (self._own / folder).is_dir():
            found |= {entry.name for entry in (self._own / folder).iterdir()}
        return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))

    def text(self, relative: str) -> tuple[str, str] | None:
        """Return the text and the origin of a definition file, the workspace's own first; None when there is none."""
        if self._own and (self._own / relative).is_file():
            return read_text(self._own / relative), str(self._own / relative)
        resource: Traversable = self._built_in
        for part in relative.split("/"):
            resource = resource.joinpath(part)
        return (resource.read_text(encoding="utf-8"), f"built-in {relative}") if resource.is_file() else None

    def _read(self, relative: str, model: type[D], *, known: list[str], what: str) -> Defined[D]:
        found = self.text(relative)
        if found is None:
            name = Path(relative).stem
            hint = did_you_mean(name, known) or f"known are {', '.join(known)}"
            raise DefinitionError(f"there is no {what} '{name}'", hint)
        text, origin = found
        definition = read_definition(text, model, origin=origin)
        return Defined(definition, origin, hashlib.sha256(text.encode()).hexdigest())

    def _checked(self, file: VersionFile, versions: VersionFiles) -> Defined[Scorecard]:
        document = versions.resolved(file)
        known = Known(self.names("policies"), [market.name for market in self.markets().definition.markets])

        def faults(data: Mapping[str, Any]) -> list[Fault]:
            return [*versions.faults(file, data), *scorecard_faults(data, known)]

        definition = checked(document, Scorecard, check=faults)
        digest = hashlib.sha256(definition.model_dump_json().encode()).hexdigest()
        return Defined(definition, document.origin, digest)

    def _too_early(
        self, scorecard: str, file: VersionFile | None, versions: VersionFiles, month: Month
    ) -> DefinitionError:
        """The error for a month before a scorecard, or one of its versions, begins; it names what holds then."""
        day: date = file.day if file else min(versions.all)
        what = f"version {day} of scorecard '{scorecard}'" if file else f"scorecard '{scorecard}'"
        holding = [version for version in self.scorecard_versions() if version.holds(month)]
        holding.sort(key=lambda version: version.id != scorecard)
        names = [f"'{version.id}' (version {version.version})" for version in holding[:MOST_SUGGESTIONS]]
        listed = ", ".join(names)
        then = f"what holds then is {listed}" if names else "no known scorecard holds then"
        return DefinitionError(f"{what} holds from {day}, after the end of {month}", then)


def _named(scorecard: str, version: str, versions: VersionFiles) -> VersionFile:
    for day, file in versions.all.items():
        if day.isoformat() == version:
            return file
    known = [day.isoformat() for day in versions.all]
    hint = did_you_mean(version, known) or f"known are {', '.join(known)}"
    raise NotFoundError(f"scorecard '{scorecard}' has no version '{version}'", hint)
