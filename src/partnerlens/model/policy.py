"""Credit policies: which associations credit a partner, for which group of metrics, from when."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator

from partnerlens.definition import Definition
from partnerlens.errors import UsageError
from partnerlens.months import Month


class MetricGroup(StrEnum):
    """The two groups of metrics that credit is given for (decisions.md 1)."""

    SALE = "sale"
    USAGE = "usage"


class Source(Definition):
    """Where a rule was published: the page, its address and when it was read."""

    title: str
    where: str
    accessed: str


def checked_month(text: str | None) -> str | None:
    """
    Return a month of a definition as it is written.

    Raises:
        ValueError: it is not a month; the loader of definitions adds file and line.
    """
    if text is not None:
        try:
            Month.parse(text)
        except UsageError as error:
            raise ValueError(f"it is not a month; {error.remedy}") from error
    return text


class CreditRule(Definition):
    """
    One line of a credit policy: an association that credits.

    Attributes:
        association: the type of association.
        claim: the claim it needs; None for any, and for none.
        groups: the metric groups it credits.
        since: the first month in which it credits (``YYYY-MM``); None for always.
        yields_to: another type that takes a group from it, month by month, on the same subscription.
    """

    association: Literal["CSP", "CPOR", "DPOR", "PAL", "ADVISOR"]
    claim: Literal["OSA", "OSU", "PRESALES"] | None = None
    groups: tuple[MetricGroup, ...] = Field(min_length=1)
    since: str | None = None
    yields_to: Literal["CSP", "CPOR", "DPOR", "PAL", "ADVISOR"] | None = None

    @field_validator("since")
    @classmethod
    def _is_month(cls, since: str | None) -> str | None:
        return checked_month(since)

    @property
    def since_month(self) -> Month | None:
        """The first month in which the rule credits; None for always."""
        return Month.parse(self.since) if self.since else None


class CreditPolicy(Definition):
    """A named credit policy (decisions.md 1, "Credit policies")."""

    id: str
    title: str
    source: Source
    rules: tuple[CreditRule, ...] = Field(min_length=1)
