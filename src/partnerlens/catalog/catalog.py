"""Find, read and check the definitions of a program: built-in files, overridden by those of the workspace."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Generic, TypeVar

from partnerlens.definition import Definition, read_definition, read_text
from partnerlens.errors import DefinitionError, did_you_mean
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.workload import WorkloadCatalog

D = TypeVar("D", bound=Definition)


@dataclass(frozen=True)
class Defined(Generic[D]):
    """
    A definition with where it came from.

    Attributes:
        definition: the checked definition.
        origin: ``built-in`` or the file's path.
        digest: SHA-256 of its text, the identity of the rule set in an edition.
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
