"""The scorecards that a program names: whether there are such scorecards, and whether they hold together."""

from pathlib import Path

from partnerlens.catalog.catalog import Catalog
from partnerlens.definition import read_text
from partnerlens.errors import DefinitionError, did_you_mean
from partnerlens.settings import PROGRAM_FILE, ProgramSettings
from partnerlens.toml import Fault, dotted, read_toml


def check_applied(home: Path, catalog: Catalog, settings: ProgramSettings) -> None:
    """
    Make sure that every scorecard which the program applies exists and has no fault.

    Answers need none of them; a build and a check-up do.

    Args:
        home: the workspace, whose settings file names them.
        catalog: the workspace's definitions.
        settings: what stands in the file.

    Raises:
        DefinitionError: some do not; all faults are listed, each with file and line.
    """
    file = home / PROGRAM_FILE
    document = read_toml(read_text(file), origin=str(file))
    named = [name.partition("@") for name in settings.scorecards]
    unknown = []
    for number, (scorecard, at, version) in enumerate(named):
        place = ("scorecards", number)
        words = _unknown(catalog, scorecard, version if at else None)
        if words:
            unknown.append(Fault(place, f"'{dotted(place)}' is '{settings.scorecards[number]}': {words}"))
    known = catalog.scorecard_ids()
    faults = catalog.check_scorecards(dict.fromkeys(scorecard for scorecard, _, _ in named if scorecard in known))
    if unknown or faults:
        raise DefinitionError("\n".join([*document.report(unknown), *faults]))


def _unknown(catalog: Catalog, scorecard: str, version: str | None) -> str:
    """Why there is no such scorecard, with near names; empty when there is."""
    known = catalog.scorecard_ids()
    if scorecard not in known:
        hint = did_you_mean(scorecard, known) or f"known are {', '.join(known)}"
        return f"there is no such scorecard; {hint}"
    versions = [listed.version for listed in catalog.scorecard_versions() if listed.id == scorecard]
    if version is None or version in versions or not versions:
        return ""
    return f"it has no such version; {did_you_mean(version, versions) or 'known are ' + ', '.join(versions)}"
