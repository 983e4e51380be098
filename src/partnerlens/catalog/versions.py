"""The versions of scorecards: their files, what a file extends, and which version holds in a month."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from partnerlens.definition import read_text
from partnerlens.errors import DefinitionError, did_you_mean
from partnerlens.months import Month
from partnerlens.toml import Document, Fault, read_toml

OF_EACH_VERSION = ("extends", "effective_from", "effective_until", "change")
"""Keys that a version does not take from the one that it extends."""


@dataclass(frozen=True)
class ScorecardVersion:
    """
    A version of a scorecard, as lists show it.

    Attributes:
        id: the scorecard.
        version: the name of the version: the day it begins, ``YYYY-MM-DD``.
        title: the scorecard's name for readers.
        effective_from: the first day it holds.
        effective_until: the last day it holds: as its file says, or the day before the next version; None for the last
            version while nothing ends it.
        tracks: the ids of its tracks, in their order.
        origin: ``built-in`` with the file, or the file's path.
    """

    id: str
    version: str
    title: str
    effective_from: date
    effective_until: date | None
    tracks: tuple[str, ...]
    origin: str

    def holds(self, month: Month) -> bool:
        """Whether it is the version of its scorecard at the end of a month."""
        until = self.effective_until
        return self.effective_from <= month.last_day and (until is None or month.last_day <= until)


@dataclass(frozen=True)
class VersionFile:
    """
    The file of a version.

    Attributes:
        scorecard: the id that its place gives it.
        day: the day it begins.
        document: what stands in it, without what it extends.
        is_own: whether it is the workspace's.
    """

    scorecard: str
    day: date
    document: Document
    is_own: bool


@dataclass(frozen=True)
class VersionFiles:
    """
    The files of one scorecard by the day that their versions begin, earliest first.

    Attributes:
        built_in: those that come with the program.
        all: with the workspace's own, which take the place of those of the same day.
    """

    built_in: Mapping[date, VersionFile]
    all: Mapping[date, VersionFile]

    def in_effect(self, month: Month) -> VersionFile | None:
        """Return the latest version that has begun by the end of a month; None when there is none."""
        begun = [day for day in self.all if day <= month.last_day]
        return self.all[max(begun)] if begun else None

    def resolved(self, file: VersionFile) -> Document:
        """
        Return a version with what it extends.

        A built-in file extends built-in ones. A file of the workspace extends what holds in the workspace, or, when
        it names its own day, the built-in version that it takes the place of.

        Raises:
            DefinitionError: it extends a version that there is not, or itself by way of others.
        """
        chain = [file]
        while "extends" in chain[-1].document.data:
            extended = self._extended(chain[-1])
            if extended in chain:
                names = " -> ".join(entry.day.isoformat() for entry in [*chain[chain.index(extended) :], extended])
                raise _broken(chain[-1], f"it extends itself: {names}")
            chain.append(extended)
        return _merged(tuple(entry.document for entry in chain))

    def _extended(self, file: VersionFile) -> VersionFile:
        named = file.document.data["extends"]
        day = _day(named)
        known = self.all if file.is_own and day != file.day else self.built_in
        if day == file.day and not (file.is_own and day in known):
            raise _broken(file, f"it extends itself: {day} -> {day}")
        if day is None or day not in known:
            versions = [entry.isoformat() for entry in known if entry != file.day]
            hint = did_you_mean(str(named), versions) or f"known are {', '.join(versions) or 'no others'}"
            raise _broken(file, f"'extends' is '{named}', which is no version of '{file.scorecard}'; {hint}")
        return known[day]

    def listed(self, file: VersionFile) -> ScorecardVersion | None:
        """Return a version as lists show it; None when it has faults that leave no title or tracks."""
        try:
            data = self.resolved(file).data
        except DefinitionError:
            return None
        title, tracks, until = data.get("title"), data.get("tracks"), _day(data.get("effective_until"))
        if not isinstance(title, str) or not isinstance(tracks, dict):
            return None
        following = _following(self.all, file)
        ends = [day for day in (until, following and date.fromordinal(following.toordinal() - 1)) if day]
        last = min(ends, default=None)
        return ScorecardVersion(
            file.scorecard, file.day.isoformat(), title, file.day, last, tuple(tracks), file.document.origin
        )

    def faults(self, file: VersionFile, data: Mapping[str, Any]) -> list[Fault]:
        """Return what is wrong with a version's names and dates, seen beside its file and the other versions."""
        faults = []
        if isinstance(data.get("id"), str) and data["id"] != file.scorecard:
            faults.append(Fault(("id",), f"'id' is '{data['id']}', but the file is that of '{file.scorecard}'"))
        begins, until = _day(data.get("effective_from")), _day(data.get("effective_until"))
        if begins and begins != file.day:
            faults.append(Fault(("effective_from",), f"'effective_from' is {begins}, but the file is named {file.day}"))
        if until and until < file.day:
            faults.append(Fault(("effective_until",), f"'effective_until' is {until}, before it begins ({file.day})"))
        following = _following(self.all if file.is_own else self.built_in, file)
        if until and following and until >= following:
            text = f"'effective_until' is {until}, but the next version begins on {following}"
            faults.append(Fault(("effective_until",), f"{text}; end it before, or leave it out"))
        return faults


@dataclass(frozen=True)
class Shelf:
    """
    Where the files of scorecards stand.

    Attributes:
        built_in: the folder that comes with the program.
        own: the workspace's; None without one.
    """

    built_in: Traversable
    own: Path | None

    def ids(self) -> list[str]:
        """Return the ids of all scorecards, in order."""
        found: set[str] = set()
        for folder in (self.built_in, self.own):
            if folder is not None and folder.is_dir():
                found |= {name for entry in folder.iterdir() if (name := _id_of(entry))}
        return sorted(found)

    def versions(self, scorecard: str) -> VersionFiles:
        """
        Return the files of a scorecard; none when there is no such scorecard.

        Raises:
            DefinitionError: files cannot be read, or leave open on which day their version begins.
        """
        faults: list[str] = []
        built_in = self._read(self.built_in, scorecard, faults)
        own = self._read(self.own, scorecard, faults) if self.own else {}
        if faults:
            raise DefinitionError("\n".join(faults))
        return VersionFiles(_in_order(built_in), _in_order({**built_in, **own}))

    def _read(self, folder: Traversable, scorecard: str, faults: list[str]) -> dict[date, VersionFile]:
        found: dict[date, VersionFile] = {}
        for entry in _files(folder, scorecard):
            origin = str(entry) if folder is self.own else f"built-in {_relative(entry, scorecard)}"
            try:
                document = _read(entry, origin)
                day = _version_of(entry, scorecard, document)
            except DefinitionError as error:
                faults.append(str(error))
                continue
            if day in found:
                where = document.where(("effective_from",))
                faults.append(f"{where}: the version of {day} is also in {found[day].document.origin}")
            found[day] = VersionFile(scorecard, day, document, folder is self.own)
        return found


@lru_cache(maxsize=256)
def _merged(chain: tuple[Document, ...]) -> Document:
    """What a version says in the end: its own document, then the one that it extends, and so on."""
    *extending, document = chain
    for entry in reversed(extending):
        document = entry.over(document, own=OF_EACH_VERSION)
    return replace(document, data={key: value for key, value in document.data.items() if key != "extends"})


def _files(folder: Traversable, scorecard: str) -> Iterator[Traversable]:
    if (single := folder.joinpath(f"{scorecard}.toml")).is_file():
        yield single
    if (dated := folder.joinpath(scorecard)).is_dir():
        yield from sorted((file for file in dated.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


def _id_of(entry: Traversable) -> str:
    """The scorecard that a file or folder is of; empty for anything else."""
    if entry.is_dir():
        return entry.name if any(file.name.endswith(".toml") for file in entry.iterdir()) else ""
    return entry.name.removesuffix(".toml") if entry.name.endswith(".toml") else ""


def _relative(entry: Traversable, scorecard: str) -> str:
    is_single = entry.name == f"{scorecard}.toml"
    return f"scorecards/{entry.name}" if is_single else f"scorecards/{scorecard}/{entry.name}"


def _read(entry: Traversable, origin: str) -> Document:
    text = read_text(entry) if isinstance(entry, Path) else entry.read_text(encoding="utf-8")
    return read_toml(text, origin=origin)


def _version_of(entry: Traversable, scorecard: str, document: Document) -> date:
    if entry.name != f"{scorecard}.toml":
        named = _day(entry.name.removesuffix(".toml"))
        if named is None:
            raise DefinitionError(f"{document.origin}: '{entry.name}' is no date", "name it like 2021-06-01.toml")
        return named
    begins = document.data.get("effective_from")
    if begins is None:
        raise DefinitionError(f"{document.origin}: 'effective_from' is missing", "write it like 2021-06-01")
    day = _day(begins)
    if day is None:
        where = document.where(("effective_from",))
        raise DefinitionError(f"{where}: 'effective_from' is {begins!r}", "write it like 2021-06-01, without quotes")
    return day


def _day(value: object) -> date | None:
    """The day that a value of a definition is; None when it is none."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == len("2021-06-01") else None
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _following(files: Iterable[date], file: VersionFile) -> date | None:
    """The day on which the version after that of a file begins; None after the last."""
    return min((day for day in files if day > file.day), default=None)


def _in_order(files: Mapping[date, VersionFile]) -> dict[date, VersionFile]:
    return {day: files[day] for day in sorted(files)}


def _broken(file: VersionFile, text: str) -> DefinitionError:
    return DefinitionError(f"{file.document.where(('extends',))}: {text}")
