"""Recognising an export by its header, so that nobody has to name the mapping that reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from partnerlens.errors import UsageError, quoted
from partnerlens.ingest.header import Header
from partnerlens.ingest.mapping import Mapping, built_in_mappings, read_mapping

Certainty = Literal["certain", "likely", "doubtful"]


@dataclass(frozen=True)
class Recognition:
    """
    What a file was taken for.

    Attributes:
        mapping: the mapping that reads it.
        known: how many of its columns such a file is said to have.
        columns: how many columns it has.
        unknown: its other columns, which are not read.
    """

    mapping: Mapping
    known: int
    columns: int
    unknown: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What such a file is called where it comes from; the mapping's name where that is not said."""
        return self.mapping.file.title or self.mapping.name

    @property
    def certainty(self) -> Certainty:
        """How sure it is: ``certain`` when every column is known, ``likely`` when most are, else ``doubtful``."""
        if self.known == self.columns:
            return "certain"
        return "likely" if 2 * self.known > self.columns else "doubtful"


def recognised(header: Sequence[str], place: str, candidates: Sequence[Mapping] | None = None) -> Recognition | None:
    """
    Return what a file is, by its header; None when no mapping has all its distinctive columns there.

    Of several, the one that knows most of the columns is taken, then the one that expects least beside them.

    Args:
        header: the names of the file's columns.
        place: the file's name, for error texts.
        candidates: the mappings to choose from; those that come with the program when None.

    Raises:
        UsageError: two mappings fit equally well.
    """
    there = Header(header)
    fits = []
    for mapping in built_in() if candidates is None else candidates:
        file = mapping.file
        if file.distinctive and all(there.has(name) for name in file.distinctive):
            documented = Header(file.documented)
            known = sum(documented.has(name) for name in header)
            missing = sum(not there.has(name) for name in file.documented)
            fits.append((-known, missing, mapping.name, mapping))
    if not fits:
        return None
    fits.sort(key=lambda fit: fit[:3])
    best = fits[0]
    equal = [name for known, missing, name, _ in fits if (known, missing) == best[:2]]
    if len(equal) > 1:
        raise UsageError(f"'{place}' may be read by the mappings {quoted(equal)}", "name one with --mapping")
    mapping = best[3]
    documented = Header(mapping.file.documented)
    return Recognition(mapping, -best[0], len(header), tuple(name for name in header if not documented.has(name)))


@cache
def built_in() -> tuple[Mapping, ...]:
    """Return the mappings that come with the program."""
    return tuple(read_mapping(name) for name in built_in_mappings())
