"""Lookups: lists of texts and what replaces them, which mappings share."""

import re
from functools import cache
from importlib.resources import files

from babel import Locale
from pydantic import Field, RootModel

from partnerlens.definition import Definition
from partnerlens.toml import read_toml

FILE = files("partnerlens") / "catalog" / "lookups.toml"

COUNTRIES = "countries"
"""The lookup of countries: it comes from the locale data, with the other names that the file lists."""


class Lookup(Definition):
    """Texts and what replaces them; the rest stays as it is."""

    description: str = Field(description="What is looked up.")
    values: dict[str, str] = Field(default_factory=dict, description="Whole texts, ignoring case.")
    contains: dict[str, str] = Field(
        default_factory=dict, description="Parts of texts, ignoring case; the first that is found holds."
    )


class _Lookups(RootModel[dict[str, Lookup]]):
    """The content of the file."""


@cache
def lookups() -> dict[str, Lookup]:
    """
    Return the lookups by name.

    >>> lookups()["countries"].values["south korea"]
    'KR'
    """
    read = _Lookups.model_validate(read_toml(lookup_text(), origin=FILE.name).data).root
    countries = read[COUNTRIES]
    names = {name.lower(): code for code, name in Locale("en").territories.items() if re.fullmatch(r"[A-Z]{2}", code)}
    return read | {COUNTRIES: countries.model_copy(update={"values": names | countries.values})}


def lookup_text() -> str:
    """Return the text of the file, which the digest of a mapping that uses lookups depends on."""
    return FILE.read_text(encoding="utf-8")
