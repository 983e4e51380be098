"""Roles as data: which pages, money, names and files each of them opens."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, Self

from pydantic import Field, model_validator

from partnerlens.definition import Definition, read_definition
from partnerlens.errors import UsageError, did_you_mean

Page = Literal["contribution", "score", "adoption", "findings", "operator"]

OPERATOR = "program_operator"
"""The one role that may be held for all partners of the program."""


class Role(Definition):
    """
    What a role opens at the partners that it is held for.

    Attributes:
        title: its name for readers.
        pages: the pages that it opens.
        revenue: whether money is shown.
        personal: whether people and users are named.
        download: whether rows may be taken away as files.
    """

    title: str = Field(min_length=1)
    pages: frozenset[Page] = Field(min_length=1)
    revenue: bool = False
    personal: bool = False
    download: bool = False

    @model_validator(mode="after")
    def _points_are_made_of_revenue(self) -> Self:
        if "score" in self.pages and not self.revenue:
            raise ValueError("a role with the score page sees revenue, of which points are made; set revenue = true")
        return self


class Roles(Definition):
    """The roles of a program, by name."""

    roles: dict[str, Role]


@cache
def built_in_roles() -> Mapping[str, Role]:
    """Return the roles that come with the program, by name."""
    text = files("partnerlens.access").joinpath("roles.toml").read_text(encoding="utf-8")
    return read_definition(text, Roles, origin="roles.toml").roles


def checked_role(name: str) -> str:
    """
    Return the name of a role.

    Raises:
        UsageError: there is no such role; near ones are suggested.
    """
    known = built_in_roles()
    if name not in known:
        raise UsageError(f"there is no role '{name}'", did_you_mean(name, known) or f"roles are {', '.join(known)}")
    return name
