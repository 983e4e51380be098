"""How licences are counted: workloads that belong together, seats that nobody bought, and names of services."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import Field

from partnerlens.definition import Definition, read_definition


class Together(Definition):
    """
    Workloads that count as one.

    Attributes:
        name: what they are called together.
        workloads: their names in feeds.
    """

    name: str
    workloads: tuple[str, ...] = Field(min_length=1)


class Service(Definition):
    """
    A service of the licence insights.

    Attributes:
        code: its code, such as ``o365``.
        name: its name.
        families: the product families that belong to it.
    """

    code: str
    name: str
    families: tuple[str, ...] = Field(min_length=1)


class LicenceRules(Definition):
    """
    How licences are counted.

    Attributes:
        id: the name of the rules.
        least_unsold_seats: from so many seats on, a subscription that is never billed was given away.
        unsold_words: words in the names of products that are given away.
        social_workloads: workloads that are used beyond the licences.
        together: workloads that count as one.
        services: the services of the licence insights.
        workload_codes: the codes of workloads there.
    """

    id: str
    least_unsold_seats: int = Field(ge=1)
    unsold_words: tuple[str, ...]
    social_workloads: tuple[str, ...]
    together: tuple[Together, ...]
    services: tuple[Service, ...]
    workload_codes: Mapping[str, str]

    def group(self, workload: str) -> str:
        """
        Return what a workload is counted under.

        >>> licence_rules().group("OneDrive"), licence_rules().group("Teams")
        ('SharePoint', 'Teams')
        """
        for entry in self.together:
            if workload.casefold() in {name.casefold() for name in entry.workloads}:
                return entry.name
        return workload

    def is_social(self, workload: str) -> bool:
        """Return whether a workload is one that is used beyond the licences."""
        return workload.casefold() in {name.casefold() for name in self.social_workloads}

    def is_given_away(self, product: str) -> bool:
        """
        Return whether the name of a product says that nobody buys it.

        >>> licence_rules().is_given_away("Power BI (free)"), licence_rules().is_given_away("Freehand")
        (True, False)
        """
        words = set(re.findall(r"\w+", product.casefold()))
        return bool(words & {word.casefold() for word in self.unsold_words})

    def service(self, family: str) -> Service:
        """
        Return the service of a product family; a family of no service is one of its own.

        >>> licence_rules().service("Modern Work").code, licence_rules().service("Power Platform").code
        ('o365', 'powerplatform')
        """
        for service in self.services:
            if family.casefold() in {name.casefold() for name in service.families}:
                return service
        code = "".join(re.findall(r"[a-z0-9]+", family.casefold())) or "other"
        return Service(code=code, name=family, families=(family,))

    def workload_code(self, workload: str) -> str:
        """Return the code of a workload; its name where it has none."""
        return self.workload_codes.get(workload, workload)


@cache
def licence_rules() -> LicenceRules:
    """Return the rules that come with the program."""
    text = files("partnerlens.adoption").joinpath("licences.toml").read_text(encoding="utf-8")
    return read_definition(text, LicenceRules, origin="licences.toml")
